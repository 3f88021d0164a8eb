/** The first half of an import of members: a file, and the question what would come of it. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { invalidField } from "#kernel/errors.ts";
import { fileRefusals } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { personOf } from "#kernel/policy.ts";
import { requireTableFile } from "#kernel/staged-import.ts";
import { importBytesMax } from "#slices/identity/api.ts";
import { groupSetById } from "./groups-of-people.ts";
import { managesCourse } from "./policy.ts";
import { readRosterType } from "./roster-jobs.ts";
import { RosterImport } from "./roster-schema.ts";
import { holderOfRoster, nothingRead, rosterOf } from "./rosters.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Takes the file and answers at once; a job reads it. Nobody is enrolled or taken out before `applyRoster`. */
export const uploadRoster = operation({
  name: "courses.uploadRoster",
  summary:
    "Takes a CSV file of a course's members (email, role, group) and prepares a preview of what it would change.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({
    courseId: courseIdField,
    uploadId: uploadIdField,
    groupSetId: z.string().min(1).max(64).optional().meta({
      description: "The set that the column of groups is about; the column is ignored without one.",
    }),
    removeMissing: z.boolean().optional().meta({
      description:
        "Whether students whom an earlier import brought, and whom this file does not name, are to be taken out. Default: no.",
    }),
  }),
  output: RosterImport,
  policy: managesCourse,
  refusals: fileRefusals,
  prepare: async ({ blob }) => requireTableFile(blob, { of: "members", bytesMax: importBytesMax }),
  async handle({ input, tx, actor, now, newId, blob, blobs, enqueue }) {
    const file = present(blob, "the call has brought the upload");
    const set = input.groupSetId === undefined ? null : await groupSetById(tx, input.groupSetId);
    if (input.groupSetId !== undefined && set?.courseId !== input.courseId)
      throw invalidField("groupSetId", "This course has no such set of groups. Choose one of its sets.");
    const id = newId();
    await blobs.hold(file, holderOfRoster(id));
    await tx
      .insertInto("roster_imports")
      .values({
        ...{ id, course_id: input.courseId, group_set_id: set?.groupSetId ?? null },
        ...{ file_name: file.fileName, sha256: file.sha256, state: "reading", problem: null },
        ...{ ignored_columns: "[]", remove_missing: input.removeMissing === true ? 1 : 0 },
        ...{ invite_unknown: 0, by_mail: 0, rows_applied: 0, invited: 0, skipped: 0, members: 0 },
        ...nothingRead,
        ...{ made_by: personOf(actor).personId, made_at: now, applied_by: null, ended_at: null },
      })
      .execute();
    await enqueue(readRosterType, { importId: id });
    return rosterOf(tx, actor, id);
  },
});
