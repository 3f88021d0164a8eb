/** Who may ask why, what they are told, and that asking tells nobody whose anonymous work it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSubmission } from "../assignments/fixtures.ts";
import type { Assignment } from "../assignments/schema.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { assignmentsThings } from "../assignments/things.ts";
import type { BuiltCourse, Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { coursesThings } from "../courses/things.ts";
import { gradesSlice } from "../grades/slice.ts";
import { identityThings } from "../identity/things.ts";
import { buildMaterial } from "../materials/fixtures.ts";
import type { Material } from "../materials/schema.ts";
import { materialsSlice } from "../materials/slice.ts";
import { materialsThings } from "../materials/things.ts";
import { observersSlice } from "../observers/slice.ts";
import { progressSlice } from "../progress/slice.ts";
import { buildQuery } from "../queries/fixtures.ts";
import { queriesSlice } from "../queries/slice.ts";
import { queriesThings } from "../queries/things.ts";
import type { Explanation } from "./schema.ts";
import { accessSlice } from "./slice.ts";

const things = [identityThings, coursesThings, materialsThings, assignmentsThings, queriesThings].flat();
const slices = [
  observersSlice,
  materialsSlice,
  assignmentsSlice,
  queriesSlice,
  gradesSlice,
  progressSlice,
  accessSlice(things),
];

type Asked = { readonly kind: string; readonly id: string };

const why = (built: BuiltCourse, as: Persona, about: Persona, asked: Asked) =>
  built.test.must<Explanation>(built.people[as].token, "access.explainAccess", {
    personId: built.people[about].id,
    ...asked,
  });
const refusal = async (built: BuiltCourse, as: Persona, about: Persona, asked: Asked) => {
  const input = { personId: built.people[about].id, ...asked };
  const result = await built.test.call(built.people[as].token, "access.explainAccess", input);
  return "failure" in result ? result.failure.code : "done";
};
const actOf = ({ acts }: Explanation, wanted: string) => acts.find(({ act }) => act === wanted);
const factOf = ({ facts }: Explanation, about: string, wanted: string) =>
  facts.find((each) => each.about === about && each.fact === wanted);

eachCourse("access", slices, (built) => {
  test("a locked material says by which rule a student may not open it, and what was found", async () => {
    const { course, people, test: kernel } = built();
    const { materialId, version } = await buildMaterial(built(), { title: "Parallax", published: true });
    const open = await why(built(), "instructor", "student", { kind: "material", id: materialId });
    assert.deepEqual(
      [open.thing?.title, open.acts.map(({ act, allowed }) => [act, allowed])],
      [
        "Parallax",
        [
          ["see", true],
          ["open", true],
          ["change", false],
        ],
      ],
    );
    assert.equal(actOf(open, "change")?.reason, "Only those who teach the course change its materials.");
    assert.equal(factOf(open, "course", "role")?.found, "student");
    assert.equal(factOf(open, "course", "enrolledBy")?.found, "instructor");
    assert(typeof factOf(open, "course", "enrolledAt")?.foundAt === "number");
    assert.equal(factOf(open, "course", "role")?.title, `${course.code} ${course.title}`);

    const availableFrom = kernel.clock.now() + 86_400_000;
    await kernel.must<Material>(people.instructor.token, "materials.setMaterialRelease", {
      ...{ materialId, version, availableFrom },
    });
    const locked = await why(built(), "assistant", "student", { kind: "material", id: materialId });
    assert.deepEqual([actOf(locked, "see")?.allowed, actOf(locked, "open")?.allowed], [true, false]);
    assert.match(actOf(locked, "open")?.reason ?? "", /^This material is locked\./);
    assert.notEqual(factOf(locked, "material", "lockedBecause")?.found, null);
    const staff = await why(built(), "admin", "assistant", { kind: "material", id: materialId });
    assert.deepEqual(
      staff.acts.map(({ allowed }) => allowed),
      [true, true, true],
    );
  });

  test("who left is told when, who never came is nobody to those who teach", async () => {
    const { course } = built();
    const asked = { kind: "course", id: course.courseId };
    const former = await why(built(), "instructor", "former", asked);
    assert.equal(actOf(former, "see")?.allowed, false);
    assert(typeof factOf(former, "course", "enrolmentEndedAt")?.foundAt === "number");
    assert.equal(await refusal(built(), "instructor", "outsider", asked), "not_found");
    const outsider = await why(built(), "admin", "outsider", asked);
    assert.deepEqual(
      outsider.acts.map(({ allowed }) => allowed),
      [false, false, false, false, false, false],
    );
    assert.equal(factOf(outsider, "course", "role")?.found, null);
  });

  test("an archived course is closed to changes, a shut account to everything", async () => {
    const { people, test: kernel } = built();
    const { queryId } = await buildQuery(built(), { title: "A question" });
    const asked = { kind: "query", id: queryId };
    await kernel.must(people.admin.token, "identity.setPersonActive", {
      ...{ personId: people.classmate.id, active: false },
    });
    const shut = await why(built(), "admin", "classmate", { kind: "course", id: built().course.courseId });
    assert.equal(actOf(shut, "see")?.allowed, false);
    assert.match(actOf(shut, "see")?.reason ?? "", /account is shut/);
    await kernel.must(people.admin.token, "identity.setPersonActive", {
      ...{ personId: people.classmate.id, active: true },
    });
    await kernel.must(people.instructor.token, "courses.archiveCourse", {
      courseId: built().course.courseId,
    });
    const archived = await why(built(), "instructor", "student", asked);
    assert.equal(actOf(archived, "see")?.allowed, true);
    assert.match(actOf(archived, "close")?.reason ?? "", /archived/);
    await kernel.must(people.instructor.token, "courses.reopenCourse", { courseId: built().course.courseId });
  });

  test("only admins and those who teach the course ask", async () => {
    const asked = { kind: "course", id: built().course.courseId };
    const told = async (as: Persona) => refusal(built(), as, "student", asked);
    for (const persona of ["student", "observer", "outsider", "otherInstructor", "teacherAsStudent"] as const)
      assert.equal(await told(persona), "not_found", persona);
    for (const persona of ["admin", "instructor", "assistant"] as const)
      assert.equal(await told(persona), "done", persona);
    const person = { kind: "person", id: built().people.student.id };
    assert.equal(await refusal(built(), "instructor", "student", person), "forbidden");
    assert.equal(await refusal(built(), "admin", "student", { ...asked, kind: "material" }), "not_found");
  });

  test("nobody who teaches learns by asking whose anonymous work it is", async () => {
    const { course, people, test: kernel } = built();
    const assignment = await kernel.must<Assignment>(
      people.instructor.token,
      "assignments.createAssignment",
      { courseId: course.courseId, title: "Anonymous", pointsMax: 10, published: true, isAnonymous: true },
    );
    const { submissionId } = await buildSubmission(built(), assignment);
    const asked = { kind: "submission", id: submissionId };
    for (const about of ["student", "classmate", "former"] as const)
      assert.equal(await refusal(built(), "instructor", about, asked), "names_hidden", about);
    assert.equal(await refusal(built(), "instructor", "assistant", asked), "done");
    const list = (as: Persona) =>
      kernel.must<{ items: { personId: string; sees: boolean; may: string[] }[] }>(
        people[as].token,
        "access.listAccess",
        asked,
      );
    const staff = (await list("assistant")).items.map(({ personId }) => personId);
    assert.deepEqual(staff.toSorted(), [people.instructor.id, people.assistant.id].toSorted());
    const all = (await list("admin")).items;
    const seeing = all.flatMap(({ personId, sees }) => (sees ? [personId] : []));
    const owners = [people.instructor.id, people.assistant.id, people.student.id];
    assert.deepEqual(seeing.toSorted(), owners.toSorted());
    const preview = await kernel.must<{ becomeLate: { people: { name: string }[] } }>(
      people.instructor.token,
      "assignments.previewDates",
      { assignmentId: assignment.assignmentId, dueAt: kernel.clock.now() - 1_000 },
    );
    assert.equal(preview.becomeLate.people.length, 1);
    assert.match(preview.becomeLate.people[0]?.name ?? "", /^Student /);
  });

  test("who can see a draft is listed page by page, with the role and what each may do", async () => {
    const { people, test: kernel } = built();
    const { materialId } = await buildMaterial(built(), { title: "Not yet", published: false });
    const seen = new Map<string, boolean>();
    let cursor: string | null = null;
    do {
      const page: { items: { personId: string; sees: boolean }[]; nextCursor: string | null } =
        await kernel.must(people.instructor.token, "access.listAccess", {
          ...{ kind: "material", id: materialId, limit: 2 },
          ...(cursor === null ? {} : { cursor }),
        });
      for (const { personId, sees } of page.items) seen.set(personId, sees);
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(
      (["instructor", "assistant", "student", "observer"] as const).map((who) => seen.get(people[who].id)),
      [true, true, false, false],
    );
    assert.equal(seen.has(people.outsider.id), false);
  });

  test("a link to a student is named where it is the reason", async () => {
    const { course, people, test: kernel } = built();
    const about = { kind: "person", id: people.student.id };
    assert.equal(actOf(await why(built(), "admin", "outsider", about), "observe")?.allowed, false);
    const { linkId } = await kernel.must<{ linkId: string }>(people.admin.token, "observers.linkObserver", {
      ...{ observerId: people.outsider.id, studentId: people.student.id },
    });
    const told = await why(built(), "admin", "outsider", about);
    assert.deepEqual(
      [actOf(told, "observe")?.allowed, actOf(told, "observe")?.rule, actOf(told, "see")?.allowed],
      [true, "observes the student", false],
    );
    assert.equal(factOf(told, "person", "observedByLink")?.found, "yes");
    assert.equal(factOf(told, "person", "observedBy")?.found, "admin");
    const progress = await kernel.must<Explanation>(people.admin.token, "access.explainOperation", {
      ...{ personId: people.outsider.id, operation: "progress.getCourseProgress" },
      input: JSON.stringify({ courseId: course.courseId, studentId: people.student.id }),
    });
    assert.deepEqual(
      progress.rules.map(({ rule, allowed }) => [rule, allowed]),
      [["observes the student, who studies in the course", true]],
    );
    await kernel.must(people.admin.token, "observers.endLink", { linkId });
    assert.equal(actOf(await why(built(), "admin", "outsider", about), "observe")?.allowed, false);
  });

  test("an admin asks about any operation, and is told what does not fit", async () => {
    const { course, people, test: kernel } = built();
    const ask = (operation: string, input: string) =>
      kernel.call(people.admin.token, "access.explainOperation", {
        ...{ personId: people.student.id, operation, input },
      });
    const told = await ask("courses.archiveCourse", JSON.stringify({ courseId: course.courseId }));
    assert("output" in told);
    const { acts } = told.output as unknown as Explanation;
    assert.deepEqual(
      acts.map(({ allowed, rule, reason }) => [allowed, rule, reason]),
      [[false, "manages the course, archived or not", "Only the instructors of the course do this."]],
    );
    for (const [operation, input] of [
      ["courses.flyAway", "{}"],
      ["courses.archiveCourse", "{courseId}"],
      ["courses.archiveCourse", "{}"],
    ] as const) {
      const refused = await ask(operation, input);
      assert("failure" in refused && refused.failure.code === "invalid_input", operation);
    }
  });
});
