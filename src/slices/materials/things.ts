/** What materials are called, and what may be done with one. */
import { tablesOf } from "#engines/store/port.ts";
import type { ThingKind } from "#kernel/things.ts";
import type { MaterialsTables } from "./tables.ts";

const ofMaterial = ({ id }: { readonly id: string }) => ({ materialId: id });

export const materialsThings: readonly ThingKind[] = [
  {
    kind: "material",
    acts: [
      { act: "see", operation: "materials.getMaterial", input: ofMaterial },
      { act: "open", operation: "materials.getCourseMaterial", input: ofMaterial },
      {
        act: "change",
        operation: "materials.updateMaterial",
        input: ({ id }) => ({ materialId: id, version: 1 }),
      },
    ],
    async named(database, ids) {
      const rows = await tablesOf<MaterialsTables>(database)
        .selectFrom("materials")
        .select(["id", "title", "course_id"])
        .where("id", "in", ids)
        .execute();
      return new Map(rows.map(({ id, title, course_id }) => [id, { title, courseId: course_id }]));
    },
  },
];
