/** Table of contents of materials: the files that a course gives to its people. */
import type { Slice } from "#kernel/slice.ts";
import { materials } from "./migrations/0001-materials.ts";

export const materialsSlice: Slice = {
  name: "materials",
  grpcService: "MaterialsService",
  summary: "The files of a course: added, published, read, removed and restored.",
  operations: [],
  migrations: [materials],
  tables: { materials: { personal: [] } },
};
