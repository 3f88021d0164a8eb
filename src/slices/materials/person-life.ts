/** Materials in the life of a person: what they read is theirs; what they taught with is the course's and stays. */
import { personLifeFor } from "#kernel/person-life.ts";
import { mergeInMaterials } from "./merge-person.ts";
import type { MaterialsTables } from "./tables.ts";

export const materialsPerson = personLifeFor<MaterialsTables>()({
  merge: mergeInMaterials,
  tables: {
    materials: { key: ["id"], authored: ["created_by", "updated_by", "revised_by"] },
    material_revisions: { key: ["material_id", "revision"], authored: ["made_by"] },
    material_page_texts: "nobody",
    material_documents: "nobody",
    material_page_drafts: {
      key: ["material_id", "person_id"],
      theirs: ["person_id"],
      shown: "Drafts of pages",
    },
    material_page_images: { key: ["id"], authored: ["created_by"] },
    material_captions: { key: ["id"], authored: ["created_by"] },
    material_prerequisites: "nobody",
    material_groups: "nobody",
    course_assignments: "nobody",
    assignments_handed_in: {
      key: ["person_id", "course_id", "assignment_id"],
      theirs: ["person_id"],
      shown: { never: "the submissions of assignments say the same, and more" },
    },
    material_readings: { key: ["material_id", "person_id"], theirs: ["person_id"], shown: "What was read" },
  },
});
