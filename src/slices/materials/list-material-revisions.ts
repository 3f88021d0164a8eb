/** The history of a material. */
import { z } from "zod";
import { peopleByIds } from "#slices/identity/api.ts";
import { asPastRevision, fileOf, materialRow } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { MaterialRevision, materialIdField, revisionsMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the revisions that are kept, the newest first, with who made each. */
export const listMaterialRevisions = operation({
  name: "materials.listMaterialRevisions",
  summary: "Lists the revisions of a material that are kept, the newest first.",
  kind: "read",
  input: z.strictObject({ materialId: materialIdField }),
  output: z.object({ items: z.array(MaterialRevision) }),
  policy: changesMaterial,
  async handle({ input, db }) {
    const current = await materialRow(db, input.materialId);
    const past = await db
      .selectFrom("material_revisions")
      .selectAll()
      .where("material_id", "=", current.id)
      .orderBy("revision", "desc")
      .limit(revisionsMax)
      .execute();
    const rows = [asPastRevision(current), ...past];
    const people = await peopleByIds(
      db,
      rows.map(({ made_by }) => made_by),
    );
    return {
      items: rows.map((row) => ({
        revision: row.revision,
        isCurrent: row.revision === current.revision,
        file: fileOf(row),
        url: row.url === "" ? null : row.url,
        pages: row.pages,
        note: row.note,
        madeBy: { personId: row.made_by, name: people.get(row.made_by)?.name ?? "" },
        madeAt: row.made_at,
      })),
    };
  },
});
