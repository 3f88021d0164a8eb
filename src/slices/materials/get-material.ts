/** One material: what it is, not its bytes. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { loadStanding } from "#slices/courses/api.ts";
import { materialRow, rowAtRevision } from "./materials.ts";
import { courseIdOfMaterial, seesAsStudent, seesMaterial } from "./policy.ts";
import { asPersonField, Material, materialIdField, revisionField } from "./schema.ts";
import { operation } from "./tables.ts";
import { materialsAsSeen, studentViewer, viewerOf } from "./viewing.ts";

/** Gives what is known of a material to those who see it; of a locked one, its title and what unlocks it. */
export const getMaterial = operation({
  name: "materials.getMaterial",
  summary: "Gives a material's title, description and state, at present or at an earlier revision.",
  kind: "read",
  input: z.strictObject({
    materialId: materialIdField,
    revision: revisionField.optional(),
    asPersonId: asPersonField,
  }),
  output: Material,
  policy: seesAsStudent(seesMaterial, courseIdOfMaterial),
  async handle({ input, actor, db, now }) {
    const current = await materialRow(db, input.materialId);
    const viewer =
      input.asPersonId === undefined
        ? viewerOf(actor, await loadStanding(db, actor, current.course_id))
        : studentViewer(input.asPersonId);
    const row = await rowAtRevision(db, current, input.revision);
    const [seen] = await materialsAsSeen(db, viewer, [row], now);
    if (seen === undefined)
      throw new Refusal("not_found", "This student does not see the material: it is a draft.");
    return { ...seen, latestRevision: current.revision };
  },
});
