/** Gradebooks as those who teach keep them, and as a student sees their own line. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildAssignment, buildGrade, buildSubmission } from "../assignments/fixtures.ts";
import type { Assignment } from "../assignments/schema.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { type BuiltCourse, buildBareCourse, type Persona, personas } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { materialsSlice } from "../materials/slice.ts";
import { observersSlice } from "../observers/slice.ts";
import type { GradeCell, GradeColumn, GradeTotal, GradingScheme } from "./schema.ts";
import { gradesSlice } from "./slice.ts";

const slices = [observersSlice, materialsSlice, assignmentsSlice, gradesSlice];
const staff: readonly Persona[] = ["admin", "instructor", "assistant"];

interface Row {
  readonly student: { readonly personId: string };
  readonly cells: readonly GradeCell[];
  readonly total: GradeTotal;
}
interface StudentGrades {
  readonly columns: readonly GradeColumn[];
  readonly cells: readonly GradeCell[];
  readonly total: GradeTotal | null;
}

const call = <Output>(built: BuiltCourse, who: Persona, name: string, input: object = {}) =>
  built.test.must<Output>(built.people[who].token, `grades.${name}`, {
    courseId: built.course.courseId,
    ...input,
  });
const attempt = async (built: BuiltCourse, who: Persona | null, name: string, input: object = {}) => {
  const token = who === null ? null : built.people[who].token;
  const result = await built.test.call(token, `grades.${name}`, {
    courseId: built.course.courseId,
    ...input,
  });
  return "failure" in result ? `${result.failure.code}: ${result.failure.message}` : "done";
};
const column = (built: BuiltCourse, title: string, rest: object = {}) =>
  call<GradeColumn>(built, "instructor", "addGradeColumn", { title, pointsMax: 10, ...rest });
const set = (built: BuiltCourse, columnId: string, who: Persona, wish: object = {}) => ({
  cells: [{ columnId, studentId: built.people[who].id, version: 1, points: 8, excused: false, ...wish }],
});
const lineOf = async (built: BuiltCourse, who: Persona): Promise<Row> => {
  const { items } = await call<{ items: Row[] }>(built, "instructor", "listGradebookRows");
  return items.find(({ student }) => student.personId === built.people[who].id) ?? assert.fail();
};
const cellIn = ({ cells }: { readonly cells: readonly GradeCell[] }, columnId: string) =>
  cells.find((cell) => cell.columnId === columnId) ?? assert.fail();
const scheme = (built: BuiltCourse) =>
  call<{ scheme: GradingScheme }>(built, "instructor", "getGradebook").then((book) => book.scheme);

eachCourse("grades", slices, (built) => {
  test("those who teach keep the gradebook; everybody else is turned away", async () => {
    const { columnId } = await column(built(), "Taking part");
    const inputs = {
      getGradebook: {},
      listGradebookRows: {},
      updateGradeColumn: { columnId, counts: true },
      addGradeColumn: { title: "More", pointsMax: 1 },
      setGradeCells: set(built(), columnId, "student"),
      listGradeChanges: { columnId, studentId: built().people.student.id },
      updateGradingScheme: await scheme(built()),
      removeGradeColumn: { columnId },
    };
    const before = await lineOf(built(), "student");
    for (const [name, input] of Object.entries(inputs)) {
      assert.match(await attempt(built(), null, name, input), /^unauthenticated/);
      for (const who of personas.filter((persona) => !staff.includes(persona))) {
        const outcome = await attempt(built(), who, name, input);
        const outside = ["former", "otherInstructor", "outsider"].includes(who);
        assert.match(outcome, outside ? /^not_found/ : /^forbidden/, `${name} as ${who}`);
      }
    }
    assert.deepEqual(await lineOf(built(), "student"), before);
    for (const who of staff)
      assert.equal(await attempt(built(), who, "listGradebookRows"), "done", `listGradebookRows as ${who}`);
  });

  test("a student sees what is released and posted, explained, and nobody else's", async () => {
    const assignment = await buildAssignment(built(), { title: "Two wells", pointsMax: 10 });
    const { assignmentId } = assignment;
    const work = await buildSubmission(built(), assignment);
    const own = () => call<StudentGrades>(built(), "student", "getStudentGrades");
    assert.equal(cellIn(await own(), assignmentId).points, null);
    await buildGrade(built(), work, { points: 9 });
    assert.equal(cellIn(await own(), assignmentId).points, null, "it is marked, and private");
    assert.equal(cellIn(await lineOf(built(), "student"), assignmentId).points, 9);
    await built().test.must(built().people.instructor.token, "assignments.releaseGrades", { assignmentId });
    const released = cellIn(await own(), assignmentId);
    assert.deepEqual([released.points, released.fate], [9, "counted"]);
    await call(built(), "instructor", "updateGradeColumn", { columnId: assignmentId, posted: false });
    assert(!JSON.stringify(await own()).includes(assignmentId), "a hidden column is not there at all");
    await call(built(), "instructor", "updateGradeColumn", { columnId: assignmentId, posted: true });
    const studentId = built().people.student.id;
    assert.match(await attempt(built(), "classmate", "getStudentGrades", { studentId }), /^forbidden/);
    assert.match(await attempt(built(), "outsider", "getStudentGrades", { studentId }), /^not_found/);
    assert.match(await attempt(built(), "observer", "getStudentGrades", { studentId }), /^forbidden/);
    assert.equal(await attempt(built(), "assistant", "getStudentGrades", { studentId }), "done");
    const { outsider } = built().people;
    assert.match(
      await attempt(built(), "instructor", "getStudentGrades", { studentId: outsider.id }),
      /^not_found: This course has no student/,
    );
  });

  test("what is graded without names shows no mark beside one, and does not even say what is missing", async () => {
    const { instructor, student } = built().people;
    const assignment = await built().test.must<Assignment>(instructor.token, "assignments.createAssignment", {
      courseId: built().course.courseId,
      title: "Blind",
      pointsMax: 10,
      dueAt: built().test.clock.now() + 1_000,
      isAnonymous: true,
      published: true,
    });
    const work = await buildSubmission(built(), assignment);
    built().test.clock.advance(2_000);
    await buildGrade(built(), work, { points: 9 });
    for (const who of ["student", "classmate"] as const) {
      const cell = cellIn(await lineOf(built(), who), assignment.assignmentId);
      assert.deepEqual([cell.points, cell.isMissing], [null, false], who);
    }
    const shown = await call<StudentGrades>(built(), "instructor", "getStudentGrades", {
      studentId: student.id,
    });
    assert.equal(cellIn(shown, assignment.assignmentId).points, null);
  });

  test("the total follows categories, weights, dropped and excused marks, and gives a letter", async () => {
    const other = {
      ...built(),
      course: await buildBareCourse(built().test, built().people.instructor, { code: "SUM-1" }),
    };
    await built().test.must(built().people.instructor.token, "courses.enrolPerson", {
      courseId: other.course.courseId,
      email: built().people.student.email,
      role: "student",
    });
    const saved = await call<GradingScheme>(other, "instructor", "updateGradingScheme", {
      version: 1,
      method: "weighted",
      missing: "zero",
      showsTotal: true,
      letters: [
        { letter: "A", from: 85 },
        { letter: "B", from: 70 },
      ],
      categories: [
        { title: "Quizzes", weight: 25, dropLowest: 1 },
        { title: "Exam", weight: 75 },
      ],
    });
    const [quizzes = "", exam = ""] = saved.categories.map(({ categoryId }) => categoryId);
    const columns = [
      await column(other, "Quiz 1", { categoryId: quizzes }),
      await column(other, "Quiz 2", { categoryId: quizzes }),
      await column(other, "Oral exam", { categoryId: exam, pointsMax: 40 }),
    ].map(({ columnId }) => columnId);
    const [one = "", two = "", oral = ""] = columns;
    for (const [columnId, points] of [
      [one, 2],
      [two, 10],
      [oral, 30],
    ] as const)
      await call(other, "instructor", "setGradeCells", set(other, columnId, "student", { points }));
    const first = await lineOf(other, "student");
    assert.deepEqual([first.total.percent, first.total.letter], [81.25, "B"]);
    assert.equal(cellIn(first, one).fate, "dropped");
    await call(
      other,
      "instructor",
      "setGradeCells",
      set(other, oral, "student", { version: 2, points: 30, excused: true }),
    );
    const excused = await lineOf(other, "student");
    assert.deepEqual([excused.total.percent, excused.total.letter], [100, "A"]);
    const own = await call<StudentGrades>(other, "student", "getStudentGrades");
    assert.deepEqual(own.total, excused.total);
    await call(other, "instructor", "updateGradingScheme", { ...(await scheme(other)), showsTotal: false });
    assert.equal((await call<StudentGrades>(other, "student", "getStudentGrades")).total, null);
  });

  test("two who mark one cell: the second hears who was first and of what, and changes nothing", async () => {
    const { columnId } = await column(built(), "Oral");
    const wish = (points: number) => set(built(), columnId, "classmate", { points });
    await call(built(), "assistant", "setGradeCells", { ...wish(7), reason: "first look" });
    const second = await attempt(built(), "instructor", "setGradeCells", wish(9));
    assert.match(second, /^stale_version: Inés Ramírez changed "Oral" of .* meanwhile, to 7 points/);
    assert.equal(cellIn(await lineOf(built(), "classmate"), columnId).points, 7);
    await call(
      built(),
      "instructor",
      "setGradeCells",
      set(built(), columnId, "classmate", { version: 2, points: 9 }),
    );
    const { items } = await call<{
      items: { pointsBefore: number | null; pointsAfter: number | null; reason: string }[];
    }>(built(), "instructor", "listGradeChanges", { columnId, studentId: built().people.classmate.id });
    assert.deepEqual(
      items.map(({ pointsBefore, pointsAfter, reason }) => [pointsBefore, pointsAfter, reason]),
      [
        [7, 9, ""],
        [null, 7, "first look"],
      ],
    );
  });

  test("several cells are set together or not at all", async () => {
    const { columnId } = await column(built(), "Together");
    const { student, outsider } = built().people;
    const cell = { columnId, version: 1, points: 5, excused: false };
    const both = {
      cells: [
        { ...cell, studentId: student.id },
        { ...cell, studentId: outsider.id },
      ],
    };
    assert.match(await attempt(built(), "instructor", "setGradeCells", both), /^not_found/);
    assert.equal(cellIn(await lineOf(built(), "student"), columnId).points, null);
  });

  test("what makes no sense is refused with what would", async () => {
    const { columnId } = await column(built(), "Nonsense");
    const elsewhere = await buildBareCourse(built().test, built().people.instructor, { code: "ELSE-1" });
    const theirs = await built().test.must<GradeColumn>(
      built().people.instructor.token,
      "grades.addGradeColumn",
      {
        courseId: elsewhere.courseId,
        title: "Theirs",
        pointsMax: 1,
      },
    );
    const base = await scheme(built());
    for (const [name, input, says] of [
      ["setGradeCells", set(built(), columnId, "student", { points: 80 }), /more than twice the 10 points/],
      ["setGradeCells", set(built(), columnId, "student", { points: 1.234 }), /at most two decimals/],
      ["setGradeCells", set(built(), theirs.columnId, "student"), /no column with this id/],
      ["updateGradeColumn", { columnId: theirs.columnId, counts: false }, /^not_found/],
      ["updateGradeColumn", { columnId, categoryId: "nowhere" }, /no category with this id/],
      ["updateGradingScheme", { ...base, method: "weighted", categories: [] }, /needs a weight above 0/],
      [
        "updateGradingScheme",
        {
          ...base,
          letters: [
            { letter: "A", from: 80 },
            { letter: "B", from: 80 },
          ],
        },
        /begin at the same percentage/,
      ],
      ["updateGradingScheme", { ...base, version: base.version + 1 }, /^stale_version/],
    ] as const)
      assert.match(await attempt(built(), "instructor", name, input), says, name);
    const marked = set(built(), columnId, "student");
    await call(built(), "instructor", "setGradeCells", marked);
    assert.match(await attempt(built(), "instructor", "removeGradeColumn", { columnId }), /^column_in_use/);
    await call(
      built(),
      "instructor",
      "setGradeCells",
      set(built(), columnId, "student", { version: 2, points: null }),
    );
    assert.equal(await attempt(built(), "instructor", "removeGradeColumn", { columnId }), "done");
  });

  test("the lines are found by a part of the name, and by group, in pages", async () => {
    const { student, classmate, instructor } = built().people;
    const find = async (input: object) => {
      const found = await call<{ items: Row[]; nextCursor: string | null }>(
        ...[built(), "assistant" as const, "listGradebookRows", input],
      );
      return { ids: found.items.map((row) => row.student.personId), next: found.nextCursor };
    };
    assert.deepEqual((await find({ search: classmate.name.toUpperCase().slice(1, 6) })).ids, [classmate.id]);
    assert.deepEqual((await find({ search: "nobody at all" })).ids, []);
    const { courseId } = built().course;
    const wish = { courseId, name: "Labs", groupCount: 1 };
    const { groupSetId } = await built().test.must<{ groupSetId: string }>(
      ...[instructor.token, "courses.createGroupSet", wish],
    );
    const { items: groups } = await built().test.must<{ items: { groupId: string }[] }>(
      ...[instructor.token, "courses.listGroups", { groupSetId }],
    );
    const groupId = groups[0]?.groupId ?? "";
    for (const { id: personId } of [student, classmate])
      await built().test.must(instructor.token, "courses.setGroupOfPerson", {
        groupSetId,
        personId,
        groupId,
      });
    const first = await find({ groupId, limit: 1 });
    const second = await find({ groupId, limit: 1, cursor: first.next });
    assert.deepEqual([...first.ids, ...second.ids].sort(), [student.id, classmate.id].sort());
    assert.equal(second.next, null);
    assert.deepEqual((await find({ groupId: "none" })).ids, []);
  });
});
