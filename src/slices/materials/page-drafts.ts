/** The draft of a page: what one person is writing, saved as they type and seen by nobody else. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { materialRow, requireThere } from "./materials.ts";
import { requirePage } from "./pages.ts";
import { changesMaterial } from "./policy.ts";
import { materialIdField, PageDraft, pageTextField, revisionField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Keeps the draft in place of the one before. */
export const savePageDraft = operation({
  name: "materials.savePageDraft",
  summary: "Keeps what you are writing in a page, for yourself only, until you save the page.",
  kind: "command",
  input: z.strictObject({
    materialId: materialIdField,
    baseRevision: revisionField.meta({ description: "The revision that you began from." }),
    text: pageTextField,
  }),
  output: PageDraft,
  policy: changesMaterial,
  refusals: { material_removed: "failed_precondition", not_a_page: "failed_precondition" },
  async handle({ input, actor, tx, now }) {
    const row = await materialRow(tx, input.materialId);
    requireThere(row);
    requirePage(row);
    const draft = { revision: Math.min(input.baseRevision, row.revision), text: input.text, saved_at: now };
    await tx
      .insertInto("material_page_drafts")
      .values({ material_id: row.id, person_id: personOf(actor).personId, ...draft })
      .onConflict((conflict) => conflict.columns(["material_id", "person_id"]).doUpdateSet(draft))
      .execute();
    return { materialId: row.id, baseRevision: draft.revision, text: draft.text, savedAt: now };
  },
});

/** Gives the draft back, for instance on another device. */
export const getPageDraft = operation({
  name: "materials.getPageDraft",
  summary: "Gives what you have been writing in a page and not saved.",
  kind: "read",
  input: z.strictObject({ materialId: materialIdField }),
  output: z.object({ draft: PageDraft.nullable().meta({ description: "Null when there is none." }) }),
  policy: changesMaterial,
  async handle({ input, actor, db }) {
    const row = await db
      .selectFrom("material_page_drafts")
      .selectAll()
      .where("material_id", "=", input.materialId)
      .where("person_id", "=", actor.kind === "person" ? actor.personId : "")
      .executeTakeFirst();
    if (row === undefined) return { draft: null };
    const { material_id, revision, text, saved_at } = row;
    return { draft: { materialId: material_id, baseRevision: revision, text, savedAt: saved_at } };
  },
});

/** Throws the draft away. Twice is harmless. */
export const discardPageDraft = operation({
  name: "materials.discardPageDraft",
  summary: "Throws away what you have been writing in a page and not saved.",
  kind: "command",
  input: z.strictObject({ materialId: materialIdField }),
  output: z.object({ materialId: z.string() }),
  policy: changesMaterial,
  async handle({ input, actor, tx }) {
    await tx
      .deleteFrom("material_page_drafts")
      .where("material_id", "=", input.materialId)
      .where("person_id", "=", personOf(actor).personId)
      .execute();
    return { materialId: input.materialId };
  },
});
