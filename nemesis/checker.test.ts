/** A judge that has never said no proves nothing: every broken promise that it is there to find is shown to it here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type FinalState, judge } from "./checker.ts";
import { History, type Intended, type Recorded } from "./history.ts";

/** A run in which all went well: two clients on a register, a list and a course. */
function goodRun(): {
  history: History;
  final: { registers: Map<string, string>; posts: Map<string, string[]> };
} {
  const history = new History();
  history.operations.push(
    write("a", "x", "1", 0, 2),
    read("b", "x", "1", 3, 4),
    write("a", "x", "2", 5, null),
    read("b", "x", "1", 6, 7),
    read("b", "x", "2", 8, 9),
    write("a", "list", "e1,", 0, 1),
    write("b", "list", "e1,e2,", 2, 3),
  );
  history.appends.push(append("list", "e1", "acknowledged"), append("list", "e2", "acknowledged"));
  history.posts.push(append("course", "p1", "acknowledged"), append("course", "p2", "unknown"));
  return {
    history,
    final: {
      registers: new Map([
        ["x", "2"],
        ["list", "e1,e2,"],
      ]),
      posts: new Map([["course", ["p1"]]]),
    },
  };
}

function write(client: string, key: string, value: string, called: number, at: number | null): Recorded {
  const returned = at === null ? null : { at, output: { kind: "done" } as const };
  return { client, input: { kind: "write", key, value }, called, returned };
}

function read(client: string, key: string, value: string | null, called: number, at: number): Recorded {
  return { client, input: { kind: "read", key }, called, returned: { at, output: { kind: "value", value } } };
}

function append(place: string, element: string, outcome: Intended["outcome"]): Intended {
  return { place, element, outcome };
}

function violationsOf(history: History, final: FinalState): readonly string[] {
  return judge(history, final).violations;
}

test("a run in which all went well is found to be one", () => {
  const { history, final } = goodRun();
  assert.deepEqual(violationsOf(history, final), []);
  // The unknown announcement may as well be there.
  final.posts.set("course", ["p1", "p2"]);
  assert.deepEqual(violationsOf(history, final), []);
});

test("a stale strong read is found", () => {
  const { history, final } = goodRun();
  history.operations.push(write("a", "x", "3", 10, 11), read("b", "x", "2", 12, 13));
  final.registers.set("x", "3");
  assert.match(violationsOf(history, final).join(), /^not linearizable: key x/);
});

test("a write that was acknowledged and is gone at the end is found", () => {
  const { history, final } = goodRun();
  history.operations.push(write("a", "x", "3", 10, 11));
  assert.match(violationsOf(history, final).join(), /^not linearizable: key x/);
});

test("a value that nobody wrote is found", () => {
  const { history, final } = goodRun();
  final.registers.set("x", "7");
  assert.match(violationsOf(history, final).join(), /^not linearizable: key x/);
});

test("a write that counts again after it was overwritten is found", () => {
  const { history, final } = goodRun();
  history.operations.push(
    write("a", "x", "3", 10, 11),
    write("a", "x", "4", 12, 13),
    read("b", "x", "3", 14, 15),
  );
  final.registers.set("x", "4");
  assert.match(violationsOf(history, final).join(), /^not linearizable: key x/);
});

test("two that both won the same compare-and-set are found", () => {
  const { history, final } = goodRun();
  const swap = (client: string, value: string): Recorded => ({
    client,
    input: { kind: "compare-and-set", key: "x", expected: "2", value },
    called: 10,
    returned: { at: 12, output: { kind: "swapped", swapped: true } },
  });
  history.operations.push(swap("a", "3"), swap("b", "4"));
  final.registers.set("x", "4");
  assert.match(violationsOf(history, final).join(), /^not linearizable: key x/);
});

test("lost and doubled elements of a list are found", () => {
  const { history, final } = goodRun();
  history.operations.splice(5);
  final.registers.set("list", "e2,");
  assert.deepEqual(violationsOf(history, final), ["lost: e1 was acknowledged and is not in list list"]);
  final.registers.set("list", "e1,e2,e1,");
  assert.deepEqual(violationsOf(history, final), ["doubled: e1 is 2 times in list list"]);
});

test("a command that was done twice is found, also when its answer was lost", () => {
  const { history, final } = goodRun();
  final.posts.set("course", ["p1", "p2", "p2"]);
  assert.deepEqual(violationsOf(history, final), ["doubled: p2 is 2 times in course course"]);
});

test("what was refused and is there, and what nobody meant, is found", () => {
  const { history, final } = goodRun();
  history.posts.push(append("course", "p3", "refused"));
  final.posts.set("course", ["p1", "p3", "p4"]);
  assert.deepEqual(violationsOf(history, final), [
    "done in spite of a refusal: p3 is in course course",
    "nobody meant it: p4 is in course course",
  ]);
});

test("what a client saw itself is not forgotten", () => {
  const { history, final } = goodRun();
  history.findings.push("session-0: read 3 at position 9, but had seen 4");
  assert.deepEqual(violationsOf(history, final), ["session-0: read 3 at position 9, but had seen 4"]);
});
