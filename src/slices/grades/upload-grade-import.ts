/** The first half of an import of marks: a file, and the question what would come of it. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { fileRefusals } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { requireTableFile } from "#kernel/staged-import.ts";
import { changedBy, courseIdField } from "#slices/courses/api.ts";
import { holderOfImport, importOf, readGradeImportType } from "./grade-imports.ts";
import { keepsGradebook } from "./policy.ts";
import { GradeImport, gradeImportBytesMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Takes the file and answers at once; a job reads it. No mark changes before `applyGradeImport`. */
export const uploadGradeImport = operation({
  name: "grades.uploadGradeImport",
  summary: "Takes a CSV file of marks and prepares a preview of what it would change, with every conflict.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({ courseId: courseIdField, uploadId: uploadIdField }),
  output: GradeImport,
  policy: keepsGradebook,
  refusals: fileRefusals,
  prepare: async ({ blob }) => requireTableFile(blob, { of: "marks", bytesMax: gradeImportBytesMax }),
  async handle({ input, tx, actor, now, newId, blob, blobs, enqueue }) {
    const file = present(blob, "the call has brought the upload");
    const id = newId();
    const none = { lines_read: 0, cells_same: 0, changes: 0, conflicts: 0, newer: 0, invalid: 0, skipped: 0 };
    await blobs.hold(file, holderOfImport(id));
    await tx
      .insertInto("grade_imports")
      .values({
        ...{ id, course_id: input.courseId, file_name: file.fileName, sha256: file.sha256 },
        ...{ state: "reading", problem: null, ignored_columns: "[]", exported_at: null, ...none },
        ...{ chosen: 0, default_choice: null, applied_to: -1, applied: 0 },
        ...{ made_by: changedBy(actor), made_at: now, applied_by: null, ended_at: null },
      })
      .execute();
    await enqueue(readGradeImportType, { importId: id });
    return importOf(tx, id);
  },
});
