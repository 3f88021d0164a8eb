/** Gradebooks out as CSV and in again, on both engines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { buildAssignment, buildGrade, buildSubmission } from "../assignments/fixtures.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { type BuiltCourse, type Persona, personas } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { sendFile } from "../materials/fixtures.ts";
import { materialsSlice } from "../materials/slice.ts";
import { observersSlice } from "../observers/slice.ts";
import type { GradeColumn, GradeImport, GradeImportCell } from "./schema.ts";
import { gradesSlice } from "./slice.ts";

const slices = [observersSlice, materialsSlice, assignmentsSlice, gradesSlice];
const must = <Output>(built: BuiltCourse, who: Persona, name: string, input: object = {}) =>
  built.test.must<Output>(built.people[who].token, name, JSON.parse(JSON.stringify(input)));
const attempt = async (built: BuiltCourse, who: Persona | null, name: string, input: object) => {
  const result = await built.test.call(
    who === null ? null : built.people[who].token,
    name,
    JSON.parse(JSON.stringify(input)),
  );
  return "failure" in result ? `${result.failure.code}: ${result.failure.message}` : "done";
};
const column = (built: BuiltCourse, title: string, pointsMax = 10) =>
  must<GradeColumn>(built, "instructor", "grades.addGradeColumn", {
    ...{ courseId: built.course.courseId, title, pointsMax },
  });
const set = (built: BuiltCourse, who: Persona, columnId: string, cell: object) =>
  must(built, who, "grades.setGradeCells", {
    courseId: built.course.courseId,
    cells: [
      { columnId, studentId: built.people.student.id, version: 1, points: null, excused: false, ...cell },
    ],
  });
const exported = async (built: BuiltCourse, input: object = {}) =>
  (
    await must<{ text: string }>(built, "assistant", "grades.exportGradebook", {
      courseId: built.course.courseId,
      ...input,
    })
  ).text;
async function preview(built: BuiltCourse, text: string, who: Persona = "instructor"): Promise<GradeImport> {
  const uploadId = await sendFile(built, built.people[who], "marks.csv", Buffer.from(text));
  const { courseId } = built.course;
  const { importId } = await must<GradeImport>(built, who, "grades.uploadGradeImport", {
    courseId,
    uploadId,
  });
  await built.test.kernel.settle();
  return must<GradeImport>(built, who, "grades.getGradeImport", { importId });
}
async function apply(built: BuiltCourse, importId: string): Promise<GradeImport> {
  await must(built, "instructor", "grades.applyGradeImport", { importId });
  await built.test.kernel.settle();
  return must<GradeImport>(built, "instructor", "grades.getGradeImport", { importId });
}
const cellsOf = async (built: BuiltCourse, importId: string, outcome?: string) =>
  (
    await must<{ items: GradeImportCell[] }>(built, "instructor", "grades.listGradeImportCells", {
      importId,
      ...(outcome === undefined ? {} : { outcome }),
    })
  ).items;
const markOf = async (built: BuiltCourse, columnId: string, who: Persona = "student") => {
  const { items } = await must<{
    items: {
      student: { personId: string };
      cells: { columnId: string; points: number | null; isExcused: boolean; version: number }[];
    }[];
  }>(built, "instructor", "grades.listGradebookRows", { courseId: built.course.courseId });
  const row = items.find(({ student }) => student.personId === built.people[who].id);
  return row?.cells.find((cell) => cell.columnId === columnId) ?? assert.fail();
};
/** The file with the cell of the student's line in this column changed, as a spreadsheet would write it. */
function edited(
  text: string,
  { id }: { readonly id: string },
  changes: Readonly<Record<string, string>>,
): string {
  const rows: string[][] = parse(text, { bom: true });
  const [head = []] = rows;
  for (const row of rows)
    if (row[0] === id)
      for (const [columnId, value] of Object.entries(changes))
        row[head.findIndex((title) => title.endsWith(`[${columnId}]`))] = value;
  return rows.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(";")).join("\r\n");
}

eachCourse("marks as CSV", slices, (built) => {
  test("only those who teach the course take marks out or bring them in", async () => {
    const { columnId } = await column(built(), "Whose");
    const { importId } = await preview(built(), await exported(built()));
    const { courseId } = built().course;
    const inputs = {
      exportGradebook: { courseId },
      uploadGradeImport: { courseId, uploadId: "any" },
      getGradeImport: { importId },
      listGradeImports: { courseId },
      listGradeImportCells: { importId },
      resolveGradeConflicts: { importId, choice: "file" },
      applyGradeImport: { importId },
      cancelGradeImport: { importId },
      getGradeImportReport: { importId },
    };
    for (const [name, input] of Object.entries(inputs)) {
      assert.match(await attempt(built(), null, `grades.${name}`, input), /^unauthenticated/);
      for (const who of personas.filter((each) => !["admin", "instructor", "assistant"].includes(each)))
        assert.match(
          await attempt(built(), who, `grades.${name}`, input),
          ["former", "otherInstructor", "outsider"].includes(who) ? /^not_found/ : /^forbidden/,
          `${name} as ${who}`,
        );
    }
    assert.equal((await markOf(built(), columnId)).points, null);
    assert.equal(await attempt(built(), "admin", "grades.getGradeImport", { importId }), "done");
  });

  test("what is exported comes back unchanged, in every form; formulas stay text", async () => {
    const { columnId } = await column(built(), "=HYPERLINK(1)");
    await set(built(), "instructor", columnId, { points: 8.5 });
    for (const form of [{}, { separator: "semicolon", decimal: "comma" }, { separator: "tab", bom: false }]) {
      const text = await exported(built(), form);
      assert.equal(text.startsWith("\uFEFF"), !("bom" in form));
      assert(!/(^|[,;\t"])[=+@]/m.test(text), "no cell begins like a formula");
      const one = await preview(built(), text);
      assert.deepEqual(
        [one.state, one.problem, one.changes, one.conflicts, one.newer, one.invalid, one.ignoredColumns],
        ["ready", null, 0, 0, 0, 0, []],
      );
      assert(one.same > 0);
      assert.equal(one.exportedAt, built().test.clock.now());
    }
    assert.match(await exported(built(), { separator: "semicolon", decimal: "comma" }), /;8,5;/);
  });

  test("a preview changes nothing; applied, each change is in the cell's history as one by CSV", async () => {
    const { columnId } = await column(built(), "Round trip");
    const cleared = await column(built(), "Cleared");
    await set(built(), "instructor", cleared.columnId, { points: 3 });
    const { student } = built().people;
    const text = await exported(built());
    const one = await preview(built(), edited(text, student, { [columnId]: "7,25", [cleared.columnId]: "" }));
    assert.deepEqual([one.changes, one.conflicts, one.toApply, one.linesRead], [2, 0, 2, 2]);
    assert.equal((await markOf(built(), columnId)).points, null);
    const done = await apply(built(), one.importId);
    assert.deepEqual([done.state, done.applied, done.skipped], ["done", 2, 0]);
    assert.equal((await markOf(built(), columnId)).points, 7.25);
    assert.equal((await markOf(built(), cleared.columnId)).points, null);
    const { items } = await must<{ items: { source: string; reason: string; pointsAfter: number }[] }>(
      ...[built(), "assistant" as const, "grades.listGradeChanges"],
      { courseId: built().course.courseId, columnId, studentId: student.id },
    );
    assert.deepEqual(
      items.map(({ source, reason, pointsAfter }) => [source, reason, pointsAfter]),
      [["csv", "CSV: marks.csv", 7.25]],
    );
    assert.match(
      await attempt(built(), "instructor", "grades.applyGradeImport", { importId: one.importId }),
      /^not_ready/,
    );
    assert.match(
      await attempt(built(), "instructor", "grades.cancelGradeImport", { importId: one.importId }),
      /^already_applied/,
    );
    const report = await must<{ text: string }>(built(), "instructor", "grades.getGradeImportReport", {
      importId: one.importId,
    });
    assert.match(report.text, /Round trip.*change.*7,25/);
  });

  test("a cell that was changed here since the export is a conflict: both values, who, when, and a choice", async () => {
    const first = await column(built(), "First");
    const second = await column(built(), "Second");
    const third = await column(built(), "Third");
    for (const { columnId } of [first, second, third])
      await set(built(), "instructor", columnId, { points: 5 });
    const text = await exported(built());
    built().test.clock.advance(60_000);
    for (const { columnId } of [first, second, third])
      await set(built(), "assistant", columnId, { points: 6, version: 2 });
    const { student, assistant } = built().people;
    const file = edited(text, student, { [first.columnId]: "9", [second.columnId]: "9" });
    const one = await preview(built(), file);
    assert.deepEqual([one.changes, one.conflicts, one.openConflicts, one.newer], [0, 2, 2, 1]);
    const [conflict, other] = await cellsOf(built(), one.importId, "conflict");
    assert.deepEqual(
      [conflict?.fileText, conflict?.herePoints, conflict?.hereBy, conflict?.hereAt, conflict?.student.name],
      ["9", 6, assistant.name, built().test.clock.now(), student.name],
    );
    const { importId } = one;
    assert.match(
      await attempt(built(), "instructor", "grades.applyGradeImport", { importId }),
      /^conflicts_open/,
    );
    assert.match(
      await attempt(built(), "instructor", "grades.resolveGradeConflicts", {
        ...{ importId, choice: "file", positions: [99_999] },
      }),
      /^invalid_input/,
    );
    const choose = (input: object) =>
      must<GradeImport>(built(), "instructor", "grades.resolveGradeConflicts", { importId, ...input });
    const chosen = await choose({ choice: "file", positions: [conflict?.position] });
    assert.deepEqual([chosen.openConflicts, chosen.toApply], [1, 1]);
    const all = await choose({ choice: "here" });
    assert.deepEqual([all.openConflicts, all.toApply, all.defaultChoice], [0, 1, "here"]);
    assert.deepEqual([(await choose({ choice: "file" })).toApply], [2]);
    await choose({ choice: "here" });
    await apply(built(), importId);
    assert.equal((await markOf(built(), first.columnId)).points, 9);
    assert.equal((await markOf(built(), other?.columnId ?? "")).points, 6);
    assert.equal(
      (await markOf(built(), third.columnId)).points,
      6,
      "changed here, and not in the file: it stays",
    );
  });

  test("what changes between preview and applying is left alone, and the report says so", async () => {
    const { columnId } = await column(built(), "Twice");
    const text = await exported(built());
    const one = await preview(built(), edited(text, built().people.student, { [columnId]: "9" }));
    await set(built(), "assistant", columnId, { points: 4 });
    const done = await apply(built(), one.importId);
    assert.deepEqual([done.applied, done.skipped], [0, 1]);
    assert.equal((await markOf(built(), columnId)).points, 4);
    const [cell] = await cellsOf(built(), one.importId);
    assert.match(cell?.skipped ?? "", /after the preview.*4 points/);
  });

  test("an assignment's own mark: set over, and never cleared from a file", async () => {
    const assignment = await buildAssignment(built(), { title: "Graded there", pointsMax: 10 });
    const { assignmentId } = assignment;
    await buildGrade(built(), await buildSubmission(built(), assignment), { points: 8 });
    const { student, assistant } = built().people;
    const text = await exported(built());
    const cleared = await preview(built(), edited(text, student, { [assignmentId]: "" }));
    assert.equal(cleared.invalid, 1);
    assert.match((await cellsOf(built(), cleared.importId))[0]?.reason ?? "", /own mark is not cleared/);
    await apply(built(), (await preview(built(), edited(text, student, { [assignmentId]: "9" }))).importId);
    assert.equal((await markOf(built(), assignmentId)).points, 9);
    const old = await preview(built(), edited(text, student, { [assignmentId]: "7" }));
    assert.equal(old.conflicts, 1, "a second file from the same export meets the first");
    const fresh = await buildAssignment(built(), { title: "Regraded", pointsMax: 10 });
    const work = await buildSubmission(built(), fresh);
    await buildGrade(built(), work, { points: 5 });
    const before = await exported(built());
    await buildGrade(built(), work, { points: 6, version: 2 });
    const late = await preview(built(), edited(before, student, { [fresh.assignmentId]: "7" }));
    const [cell] = await cellsOf(built(), late.importId, "conflict");
    assert.deepEqual([cell?.herePoints, cell?.hereBy], [6, assistant.name], "whoever graded it there");
  });

  test("bad input: unknown students and columns, letters, points out of range, lines twice, no table at all", async () => {
    const { columnId } = await column(built(), "Bad input");
    const { student, classmate, outsider } = built().people;
    const file = [
      "Email;Name;Bad input;Shoe size",
      `${student.email.toUpperCase()};Ada;A+;38`,
      `${classmate.email};Bo;21;`,
      `${outsider.email};Cy;5;`,
      `${classmate.email};Bo again;5;`,
      "nobody;Di;5;",
    ].join("\n");
    const one = await preview(built(), file);
    assert.deepEqual(
      [one.state, one.changes, one.invalid, one.ignoredColumns],
      ["ready", 0, 5, ["Shoe size"]],
    );
    assert.deepEqual(
      (await cellsOf(built(), one.importId)).map(({ line, reason }) => [line, (reason ?? "").slice(0, 22)]),
      [
        [2, "“A+” is a letter or wo"],
        [3, "21 is more than twice "],
        [4, "Nobody who studies in "],
        [5, "This student stands in"],
        [6, "Nobody who studies in "],
      ],
    );
    for (const [text, says] of [
      ["Name;Bad input\nAda;5", /must name a column/],
      ["Email;Nothing known\na@b.example;5", /No column of the file/],
      ["", /./],
    ] as const) {
      if (text === "") continue;
      const failed = await preview(built(), text);
      assert.equal(failed.state, "failed");
      assert.match(failed.problem ?? "", says);
    }
    const many = `Student ID;Bad input\n${Array.from({ length: 20_001 }, (_, at) => `x${at};1`).join("\n")}`;
    assert.match((await preview(built(), many)).problem ?? "", /more than 20000 lines/);
    assert.equal((await markOf(built(), columnId)).points, null);
    // Without what the export says of its cells, nobody knows which value is newer.
    await set(built(), "instructor", columnId, { points: 5 });
    const plain = await preview(built(), `Email,Bad input\n${student.email},6\n${classmate.email},7`);
    assert.deepEqual([plain.changes, plain.conflicts, plain.exportedAt], [1, 1, null]);
  });

  test("what is graded without names leaves by no file and comes in by none; old imports go", async () => {
    const blind = await must<{ assignmentId: string }>(
      built(),
      "instructor",
      "assignments.createAssignment",
      {
        ...{ courseId: built().course.courseId, title: "Blind", pointsMax: 10, isAnonymous: true },
        ...{ published: true, dueAt: built().test.clock.now() + 1_000 },
      },
    );
    const text = await exported(built());
    assert(!text.includes("Blind"));
    const { email } = built().people.student;
    const { columnId } = await column(built(), "Seen");
    const file = `Email,Blind,Seen\n${email},5,5`;
    const one = await preview(built(), file);
    assert.deepEqual([one.ignoredColumns, one.changes], [["Blind"], 1]);
    await must(built(), "instructor", "grades.cancelGradeImport", { importId: one.importId });
    assert.equal((await markOf(built(), columnId)).points, null);
    assert.equal((await markOf(built(), blind.assignmentId)).points, null);
    built().test.clock.advance(31 * 86_400_000);
    await built().test.kernel.settle();
    const { items } = await must<{ items: unknown[] }>(built(), "instructor", "grades.listGradeImports", {
      courseId: built().course.courseId,
    });
    assert.deepEqual(items, []);
  });
});
