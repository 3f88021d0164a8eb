/** How an import stands. */
import { z } from "zod";
import { hasRole } from "#kernel/policy.ts";
import { importById, importOfRow, PeopleImport } from "./imports.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

export const getPeopleImport = operation({
  name: "identity.getPeopleImport",
  summary: "Gives an import of people: how far it is, and how many it adds, changes and shuts.",
  kind: "read",
  input: z.strictObject({ importId: idField }),
  output: PeopleImport,
  policy: hasRole("admin"),
  async handle({ input, db }) {
    return importOfRow(await importById(db, input.importId));
  },
});
