/** Letting a preview go. */
import { z } from "zod";
import { hasRole } from "#kernel/policy.ts";
import { cancelRefusals, requireNotApplied } from "#kernel/staged-import.ts";
import { holderOfImport, importById, importOfRow, PeopleImport } from "./imports.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives an import up before it is applied. One that has begun goes on to its end, so that nothing is half done. */
export const cancelPeopleImport = operation({
  name: "identity.cancelPeopleImport",
  summary: "Gives up an import of people that has not been applied.",
  kind: "command",
  input: z.strictObject({ importId: idField }),
  output: PeopleImport,
  policy: hasRole("admin"),
  refusals: cancelRefusals,
  async handle({ input, tx, now, blobs }) {
    const row = await importById(tx, input.importId);
    requireNotApplied(row);
    if (row.state === "cancelled") return importOfRow(row);
    await tx
      .updateTable("people_imports")
      .set({ state: "cancelled", ended_at: now })
      .where("id", "=", row.id)
      .execute();
    if (row.state === "reading") await blobs.release(row.sha256, holderOfImport(row.id));
    return importOfRow(await importById(tx, row.id));
  },
});
