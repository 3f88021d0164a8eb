/** What is heard of assignments: who has handed in, alone or as a group, and who has taken it back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assignmentsSlice } from "../assignments/slice.ts";
import { setting } from "../assignments/testing.ts";
import type { Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { buildMaterial, sendFile } from "./fixtures.ts";
import type { Material } from "./schema.ts";
import { materialsSlice } from "./slice.ts";

eachCourse("materials after assignments", [materialsSlice, assignmentsSlice], (built) => {
  const must = <Output>(who: Persona, operation: string, input: object) =>
    built().test.must<Output>(built().people[who].token, operation, input as never);
  const locksOf = async (who: Persona, { materialId }: Material) =>
    (await must<Material>(who, "materials.getMaterial", { materialId })).locks.map(({ kind }) => kind);
  const settle = () => built().test.kernel.settle();

  test("what one member of a group hands in opens it to all of them, until it is taken back", async () => {
    const { course, people } = built();
    const { courseId } = course;
    const { groupSetId } = await must<{ groupSetId: string }>("instructor", "courses.createGroupSet", {
      courseId,
      name: "Pairs",
      groupCount: 2,
    });
    const groups = await must<{ items: { groupId: string }[] }>("instructor", "courses.listGroups", {
      groupSetId,
    });
    const [first, second] = groups.items.map(({ groupId }) => groupId);
    for (const who of ["student", "classmate"] as const)
      await must("instructor", "courses.setGroupOfPerson", {
        ...{ groupSetId, groupId: first, personId: people[who].id },
      });
    const assignment = await setting(built(), { groupSetId, published: true });
    const { assignmentId } = assignment;
    const material = await buildMaterial(built(), { published: true, title: "The answers" });
    const { materialId, version } = material;
    await settle();
    const after = [{ kind: "assignment", id: assignmentId }];
    await must("instructor", "materials.setMaterialRelease", { materialId, version, after });
    assert.deepEqual(await locksOf("classmate", material), ["after_assignment"]);

    const uploadId = await sendFile(built(), people.student, "work.md", Buffer.from("Ours.\n"));
    await must("student", "assignments.submitAssignment", { assignmentId, uploadId });
    await settle();
    assert.deepEqual(await locksOf("student", material), []);
    assert.deepEqual(await locksOf("classmate", material), [], "whoever pressed the button");

    // Meanwhile one of them has changed groups: the work that is taken back was theirs too.
    await must("instructor", "courses.setGroupOfPerson", {
      ...{ groupSetId, groupId: second, personId: people.classmate.id },
    });
    await must("student", "assignments.withdrawSubmission", { assignmentId, attempt: 1 });
    await settle();
    assert.deepEqual(await locksOf("student", material), ["after_assignment"]);
    assert.deepEqual(await locksOf("classmate", material), ["after_assignment"]);
  });
});
