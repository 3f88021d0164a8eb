/** How far a release has come. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { idField } from "#slices/courses/api.ts";
import { GradeRelease } from "./grading-schema.ts";
import { teachesAssignment } from "./policy.ts";
import { releaseOf } from "./release.ts";
import { assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives a release of grades with its progress: the one that is named, or the latest. */
export const getGradeRelease = operation({
  name: "assignments.getGradeRelease",
  summary: "Says how far a release of grades has come: the latest, or the one you name.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField, releaseId: idField("the release").optional() }),
  output: z
    .object({ release: GradeRelease.nullable().meta({ description: "Null where nothing was released." }) })
    .meta({ id: "GradeReleaseAnswer" }),
  policy: teachesAssignment,
  async handle({ input, db }) {
    let select = db
      .selectFrom("grade_releases")
      .selectAll()
      .where("assignment_id", "=", input.assignmentId)
      .orderBy("id", "desc")
      .limit(1);
    if (input.releaseId !== undefined) select = select.where("id", "=", input.releaseId);
    const row = await select.executeTakeFirst();
    if (row === undefined && input.releaseId !== undefined)
      throw new Refusal("not_found", "This assignment had no such release.");
    return { release: row === undefined ? null : await releaseOf(db, row) };
  },
});
