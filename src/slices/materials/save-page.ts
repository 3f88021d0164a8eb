/** Saving a page for all to read. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { materialRow, requireThere } from "./materials.ts";
import { emptyRevision } from "./new-material.ts";
import { pageText, requirePage } from "./pages.ts";
import { changesMaterial } from "./policy.ts";
import { reviseMaterial } from "./revise-material.ts";
import { Material, materialIdField, pageTextField, revisionField, revisionNoteField } from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/**
 * Makes the text the page's new revision. Refuses when somebody has saved since the revision that one began from: the
 * draft stays, so that the two can be compared and nothing is lost. The same text again makes no revision.
 */
export const savePage = operation({
  name: "materials.savePage",
  summary: "Saves the text of a page; the text before is kept as an earlier revision.",
  kind: "command",
  input: z.strictObject({
    materialId: materialIdField,
    baseRevision: revisionField.meta({
      description: "The revision that you began from; refused when there is a newer one.",
    }),
    text: pageTextField,
    note: revisionNoteField.default(""),
  }),
  output: Material,
  policy: changesMaterial,
  refusals: {
    stale_revision: "conflict",
    material_removed: "failed_precondition",
    not_a_page: "failed_precondition",
  },
  async handle(context) {
    const { input, actor, tx, now } = context;
    const row = await materialRow(tx, input.materialId);
    requireThere(row);
    requirePage(row);
    if (input.baseRevision !== row.revision) {
      const by = row.revised_by ?? row.created_by;
      const name = (await peopleByIds(tx, [by])).get(by)?.name ?? "Somebody";
      throw new Refusal(
        "stale_revision",
        `${name} saved revision ${row.revision} of this page meanwhile. Compare it with yours, then save again.`,
        { kind: "conflict" },
      );
    }
    await tx
      .deleteFrom("material_page_drafts")
      .where("material_id", "=", row.id)
      .where("person_id", "=", personOf(actor).personId)
      .execute();
    if ((await pageText(tx, row.id, row.revision)) === input.text) return shownToStaff(tx, row, now);
    const { note, text } = input;
    return shownToStaff(tx, await reviseMaterial(context, row, { content: emptyRevision, note, text }), now);
  },
});
