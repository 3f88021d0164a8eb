/** Typing, pasting and moving in the gradebook. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { beginsTyping, moveBy, readPasted, readTyped } from "./cell-text.ts";

test("a cell takes points with a point or a comma, EX, or nothing", () => {
  assert.deepEqual(readTyped("8.5", 10), { points: 8.5, excused: false });
  assert.deepEqual(readTyped(" 8,5 ", 10), { points: 8.5, excused: false });
  assert.deepEqual(readTyped("", 10), { points: null, excused: false });
  assert.deepEqual(readTyped("ex", 10), { points: null, excused: true });
  assert.deepEqual(readTyped("A", 10), { problem: "number" });
  assert.deepEqual(readTyped("-3", 10), { problem: "number" });
  assert.deepEqual(readTyped("1.234", 10), { problem: "number" });
  assert.deepEqual(readTyped("21", 10), { problem: "range" });
  assert.deepEqual(readTyped("21", 0), { points: 21, excused: false });
});

test("what is pasted comes in lines and fields; the end of the last line is none", () => {
  assert.deepEqual(readPasted("8\r\n9,5\r\n\r\n"), [["8"], ["9,5"]]);
  assert.deepEqual(readPasted("1\t2\n\t4"), [
    ["1", "2"],
    ["", "4"],
  ]);
});

test("keys move within the table and not beyond", () => {
  const size = { rows: 3, columns: 2 };
  assert.deepEqual(moveBy("ArrowDown", { row: 2, column: 0 }, size), { row: 2, column: 0 });
  assert.deepEqual(moveBy("ArrowRight", { row: 0, column: 0 }, size), { row: 0, column: 1 });
  assert.deepEqual(moveBy("Home", { row: 2, column: 1 }, size), { row: 2, column: 0 });
  assert.deepEqual(moveBy("End", { row: 0, column: 0 }, size, true), { row: 2, column: 1 });
  assert.equal(moveBy("a", { row: 0, column: 0 }, size), null);
  assert.deepEqual(["5", ",", "E", "x", "Enter"].map(beginsTyping), [true, true, true, false, false]);
});
