/** Everything that can be found, as the slices that own it offer it. */
import type { IndexedKind } from "#kernel/indexed-source.ts";
import { indexedAssignments } from "#slices/assignments/api.ts";
import { indexedAnnouncements, indexedCourses } from "#slices/courses/api.ts";
import { indexedMaterials } from "#slices/materials/api.ts";
import { indexedQueries } from "#slices/queries/api.ts";

export const indexedKinds: readonly IndexedKind[] = [
  indexedCourses,
  indexedAnnouncements,
  indexedMaterials,
  indexedAssignments,
  indexedQueries,
];

/** Another number builds every index anew: for texts that are cut or cleaned in another way than before. */
export const indexVersion = 2;
