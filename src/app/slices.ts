/** Every slice, in the order in which their schemas are made. */
import type { Slice } from "#kernel/slice.ts";
import { kernelMigrations } from "#kernel/tables.ts";
import { accessSlice } from "#slices/access/slice.ts";
import { assignmentsSlice } from "#slices/assignments/slice.ts";
import { calendarSlice } from "#slices/calendar/slice.ts";
import { clusterSlice } from "#slices/cluster/slice.ts";
import { coursesTaughtBy } from "#slices/courses/api.ts";
import { coursesSlice } from "#slices/courses/slice.ts";
import { gradesSlice } from "#slices/grades/slice.ts";
import { identitySlice } from "#slices/identity/slice.ts";
import { materialsSlice } from "#slices/materials/slice.ts";
import { noticesSlice } from "#slices/notices/slice.ts";
import { observersSlice } from "#slices/observers/slice.ts";
import { progressSlice } from "#slices/progress/slice.ts";
import { queriesSlice } from "#slices/queries/slice.ts";
import { searchSlice } from "#slices/search/slice.ts";
import { systemSlice } from "#slices/system/slice.ts";

const owners = [
  // Signing in as faculty gives the courses that one teaches; identity itself knows of no courses.
  identitySlice({ coursesTaughtBy }),
  systemSlice,
  clusterSlice,
  coursesSlice,
  observersSlice,
  materialsSlice,
  assignmentsSlice,
  queriesSlice,
  gradesSlice,
  noticesSlice,
  searchSlice,
  calendarSlice,
  progressSlice,
] as const satisfies readonly Slice[];

export const slices = [
  ...owners,
  // It is asked about the things of all the others, and knows none of them.
  accessSlice(owners.flatMap((slice: Slice) => slice.things ?? [])),
] as const satisfies readonly Slice[];

/** How many changes of the schema this version of Lyceum knows. */
export const schemaKnown = [...kernelMigrations, ...slices.flatMap((slice) => slice.migrations)].length;
