/** Table of contents of materials: the files that a course gives to its people. */
import type { Slice } from "#kernel/slice.ts";
import { materialsLife } from "./course-life.ts";
import { courseMaterialUpload } from "./course-material-upload.ts";
import { getCourseContents } from "./get-course-contents.ts";
import { getCourseMaterial } from "./get-course-material.ts";
import { getMaterial } from "./get-material.ts";
import { materials } from "./migrations/0001-materials.ts";
import { removeMaterial } from "./remove-material.ts";
import { restoreMaterial } from "./restore-material.ts";
import { materialsTables } from "./tables.ts";
import { updateMaterial } from "./update-material.ts";

export const materialsSlice = {
  name: "materials",
  grpcService: "MaterialsService",
  summary: "The files of a course: added, published, read, removed and restored.",
  operations: [
    courseMaterialUpload,
    getCourseContents,
    getMaterial,
    getCourseMaterial,
    updateMaterial,
    removeMaterial,
    restoreMaterial,
  ],
  migrations: [materials],
  tables: materialsTables,
  course: materialsLife,
} as const satisfies Slice;
