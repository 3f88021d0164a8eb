/** What other slices may use of materials; nothing else of this folder is theirs. */
export { type DatedMaterial, datedMaterials } from "./dated.ts";
export { materialPublished, materialReleased } from "./events.ts";
export { indexedMaterials } from "./indexed.ts";
export { recentReading } from "./list-recent-reading.ts";
export { openMaterials } from "./open-materials.ts";
export {
  countsForStudent,
  materialsOfStudent,
  materialsReleasedSince,
  placesOfAssignments,
  readingOfCourse,
  type StudentReading,
} from "./reading-of-courses.ts";
export { Material, MaterialLock, materialIdField, revisionField } from "./schema.ts";
