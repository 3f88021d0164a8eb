/** The first half of an import: a file, and the question what would come of it. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { fileRefusals } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { hasRole, personOf } from "#kernel/policy.ts";
import { requireTableFile } from "#kernel/staged-import.ts";
import { readImportType } from "./import-jobs.ts";
import { importBytesMax } from "./import-limits.ts";
import { holderOfImport, importById, importOfRow, PeopleImport } from "./imports.ts";
import { operation } from "./tables.ts";

/** Takes the file and answers at once; a job reads it. Nobody's account changes before `applyPeopleImport`. */
export const uploadPeopleImport = operation({
  name: "identity.uploadPeopleImport",
  summary: "Takes a CSV file of people (name, email, roles) and prepares a preview of what it would change.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({
    uploadId: uploadIdField,
    deactivateMissing: z.boolean().optional().meta({
      description:
        "Whether those whom an earlier import brought, and whom this file does not name, are to be shut. Default: no.",
    }),
  }),
  output: PeopleImport,
  policy: hasRole("admin"),
  refusals: fileRefusals,
  prepare: async ({ blob }) => requireTableFile(blob, { of: "people", bytesMax: importBytesMax }),
  async handle({ input, tx, actor, now, newId, blob, blobs, enqueue }) {
    const file = present(blob, "the call has brought the upload");
    const id = newId();
    const counts = { adds: 0, changes: 0, same: 0, kept: 0, deactivations: 0, invalid: 0, skipped: 0 };
    await blobs.hold(file, holderOfImport(id));
    await tx
      .insertInto("people_imports")
      .values({
        ...{ id, file_name: file.fileName, sha256: file.sha256, state: "reading", problem: null },
        ...{
          ignored_columns: "[]",
          deactivate_missing: input.deactivateMissing === true ? 1 : 0,
          by_mail: 0,
        },
        ...{ rows_read: 0, rows_applied: 0, active_people: 0, ...counts },
        ...{ made_by: personOf(actor).personId, made_at: now, applied_by: null, ended_at: null },
      })
      .execute();
    await enqueue(readImportType, { importId: id });
    return importOfRow(await importById(tx, id));
  },
});
