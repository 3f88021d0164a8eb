/** How an import of marks stands. */
import { z } from "zod";
import { idField } from "#slices/courses/api.ts";
import { importOf } from "./grade-imports.ts";
import { keepsGradebookOfImport } from "./policy.ts";
import { GradeImport } from "./schema.ts";
import { operation } from "./tables.ts";

export const getGradeImport = operation({
  name: "grades.getGradeImport",
  summary: "Gives an import of marks: how far it is, what it changes, and how many conflicts are open.",
  kind: "read",
  input: z.strictObject({ importId: idField("the import") }),
  output: GradeImport,
  policy: keepsGradebookOfImport,
  handle: ({ input, db }) => importOf(db, input.importId),
});
