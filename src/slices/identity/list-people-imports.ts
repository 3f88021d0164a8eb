/** The imports of the last months. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
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
    let select = db.selectFrom("people_imports").selectAll();
    if (input.cursor !== undefined) {
      const [before] = decodeCursor(input.cursor, ["text"]);
      select = select.where("id", "<", before);
    }
    const rows = await select
      .orderBy("id", "desc")
      .limit(input.limit + 1)
      .execute();
    return cutPage(rows, input.limit, (row) => [row.id], importOfRow);
  },
});
