/** The imports of the last months. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { importOfRow, PeopleImport } from "./imports.ts";
import { operation } from "./tables.ts";

/** The newest first. */
export const listPeopleImports = operation({
  name: "identity.listPeopleImports",
  summary: "Lists the imports of people, the newest first.",
  kind: "read",
  input: z.strictObject(pageFields),
  output: pageOf(PeopleImport),
  policy: hasRole("admin"),
  async handle({ input, db }) {
    const select = db.selectFrom("people_imports").selectAll();
    const page = await pageById(select, input, "newest first");
    return { ...page, items: page.items.map(importOfRow) };
  },
});
