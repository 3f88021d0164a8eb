/** What cells of a file mean, and what comes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  baseText,
  type CellValue,
  columnOfTitle,
  columnTitle,
  outcomeOf,
  readBase,
  readCell,
  saysSame,
  valueText,
} from "./grades-csv.ts";

const mark = (points: number | null, excused = false): CellValue => ({
  hundredths: points === null ? null : Math.round(points * 100),
  excused,
});

test("a cell is points with a point or a comma, EX, or nothing; else it says what is wrong", () => {
  const of = (text: string, pointsMax = 20) => {
    const cell = readCell(text, { pointsMax });
    return cell.kind === "points" ? cell.hundredths : cell.kind === "problem" ? cell.message : cell.kind;
  };
  assert.equal(of("8.5"), 850);
  assert.equal(of(" 8,5 "), 850);
  assert.equal(of("'8"), 800, "as a spreadsheet keeps text");
  assert.equal(of("0"), 0);
  for (const empty of ["", " ", "-", "–"]) assert.equal(of(empty), "empty");
  for (const excused of ["EX", "ex", "Excused"]) assert.equal(of(excused), "excused");
  assert.match(String(of("A-")), /letter/);
  assert.match(String(of("85 %")), /percentage/);
  assert.match(String(of("41")), /more than twice the 20/);
  assert.equal(of("40"), 4_000);
  assert.equal(of("40", 0), 4_000, "extra points have no maximum");
  assert.match(String(of("99999", 0)), /at most/);
  assert.match(String(of("-1")), /negative/);
  assert.match(String(of("1.234")), /two decimals/);
  assert.match(String(of("1,234.5")), /no number/);
  assert.match(String(of("=1+1")), /no number/);
});

test("three states decide: the file, what it was when it was exported, and what is here", () => {
  const of = (text: string, base: CellValue | null, here: CellValue) => {
    const cell = readCell(text, { pointsMax: 20 });
    return cell.kind === "problem" ? "problem" : outcomeOf(cell, base, here);
  };
  assert.equal(of("8", mark(8), mark(8)), "same");
  assert.equal(of("9", mark(8), mark(8)), "change");
  assert.equal(of("9", mark(8), mark(7)), "conflict");
  assert.equal(of("8", mark(8), mark(7)), "newer");
  assert.equal(of("9", mark(8), mark(9)), "same", "both came to the same");
  assert.equal(of("", mark(8), mark(8)), "change", "it was cleared");
  assert.equal(of("EX", mark(8), mark(8)), "change");
  assert.equal(of("EX", mark(8, true), mark(3, true)), "same", "excused, whatever the mark");
  assert.equal(of("8", mark(8, true), mark(8, true)), "change", "no longer excused");
  assert.equal(of("", null, mark(8)), "same", "without a base an empty cell says nothing");
  assert.equal(of("9", null, mark(null)), "change");
  assert.equal(of("9", null, mark(8)), "conflict");
  assert.equal(of("9", null, mark(null, true)), "conflict");
});

test("columns are found by their id under any name, or by a name that only one bears", () => {
  const columns = [
    { columnId: "0190aaaa-0000-7000-8000-000000000001", title: "Essay", pointsMax: 20 },
    { columnId: "0190aaaa-0000-7000-8000-000000000002", title: "Oral", pointsMax: 10 },
    { columnId: "0190aaaa-0000-7000-8000-000000000003", title: "Oral", pointsMax: 5 },
  ];
  const of = (title: string) => columnOfTitle(title, columns)?.columnId.at(-1) ?? null;
  for (const column of columns) assert.equal(columnOfTitle(columnTitle(column), columns), column);
  assert.equal(of("Something else [0190AAAA-0000-7000-8000-000000000002]"), "2");
  assert.equal(of("essay (20)"), "1");
  assert.equal(of("ESSAY"), "1");
  assert.equal(of("Oral"), null);
  assert.equal(of("Essay [0190aaaa-0000-7000-8000-000000000009]"), null, "an id of another gradebook");
});

test("what a line was is read as it was written, or not at all", () => {
  const cells = [
    { columnId: "0190aaaa-0000-7000-8000-000000000001", ...mark(8.25) },
    { columnId: "0190aaaa-0000-7000-8000-000000000002", ...mark(null) },
    { columnId: "0190aaaa-0000-7000-8000-000000000003", ...mark(2, true) },
  ];
  const base = readBase(baseText(1_700_000_000_000, cells));
  assert.equal(base?.exportedAt, 1_700_000_000_000);
  for (const { columnId, ...value } of cells) {
    const read = base?.valueOf(columnId) ?? assert.fail();
    assert(saysSame(readCell(valueText(value), { pointsMax: 20 }) as never, read));
  }
  for (const broken of ["", "lyceum1", "lyceum1 x", "lyceum2 1", "lyceum1 1 a=b", "8.5"])
    assert.equal(readBase(broken), null, broken);
});
