/** A course that was deleted for good leaves nothing: no row of any slice's tables names it, and no file is held for it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { slices } from "#app/slices.ts";
import { type Database, tablesOf } from "#engines/store/port.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { buildMatrixSchool } from "./matrix-school.ts";

const day = 24 * 3_600_000;
let kernel: TestKernel;

before(async () => {
  kernel = await openTestKernel({ slices, authenticator: createAuthenticator });
});
after(() => kernel.close());

test("nothing is left of a course 30 days after it was thrown away", async () => {
  const school = await buildMatrixSchool(kernel);
  const input = school.inputs["courses.getCourse"]?.() ?? {};
  const courseId = String(input.courseId);
  assert((await tablesNaming(courseId)).length > 5, "the school has a course with something in it");
  await school.moveOn("courses.trashCourse");
  kernel.clock.advance(31 * day);
  await kernel.kernel.settle();
  // What a copy was made from is remembered for 30 days more.
  const left = (await tablesNaming(courseId)).filter((table) => table !== "course_copies");
  assert.deepEqual(left, [], "delete these rows in `purge` of their slice's course-life.ts");
});

async function tablesNaming(courseId: string): Promise<string[]> {
  const { value } = await kernel.kernel.store.read(async (database) => {
    const found: string[] = [];
    for (const table of slices.flatMap((slice) => Object.keys(slice.tables)))
      if (await names(database, table, courseId)) found.push(table);
    return found;
  });
  return value;
}

async function names(database: Database, table: string, courseId: string): Promise<boolean> {
  const rows = await tablesOf<Record<string, Record<string, unknown>>>(database)
    .selectFrom(table)
    .selectAll()
    .execute();
  return rows.some((row) => Object.values(row).includes(courseId));
}
