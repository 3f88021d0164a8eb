/** Majorities, by a table that is small enough to check by hand. */
import assert from "node:assert/strict";
import test from "node:test";
import { agreedBy, hasQuorum, quorumSize, tally } from "./quorum.ts";

test("a majority is more than half, also of an even number", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(quorumSize), [1, 2, 2, 3, 3, 4, 4]);
});

test("any two majorities share a member", () => {
  for (let voters = 1; voters <= 7; voters++) assert(2 * quorumSize(voters) > voters);
});

test("what a majority has reached is what its slowest member has", () => {
  const cases: readonly (readonly [readonly number[], number])[] = [
    [[], 0],
    [[7], 7],
    [[7, 3], 3],
    [[7, 3, 5], 5],
    [[7, 7, 0], 7],
    [[7, 3, 5, 4], 4],
    [[9, 9, 1, 1, 1], 1],
    [[9, 9, 9, 1, 1], 9],
    [[10, 9, 100, 2, 3], 9],
  ];
  for (const [reached, agreed] of cases) {
    const voters = reached.map((_, at) => `n${at}`);
    assert.equal(
      agreedBy(voters, (voter) => reached[voters.indexOf(voter)] ?? 0),
      agreed,
      reached.join(),
    );
  }
});

test("a group without voters never agrees", () => {
  assert.equal(
    hasQuorum([], () => true),
    false,
  );
  assert.equal(tally([], new Map()), "lost");
});

test("an election is decided as soon as the votes that are missing cannot turn it", () => {
  const cases: readonly (readonly [string, "won" | "lost" | "pending"])[] = [
    ["y", "won"],
    ["n", "lost"],
    ["y?", "pending"],
    ["yn", "lost"],
    ["yy?", "won"],
    ["yn?", "pending"],
    ["nn?", "lost"],
    ["yy??", "pending"],
    ["yynn", "lost"],
    ["yyy?", "won"],
    ["nn??", "lost"],
    ["yynn?", "pending"],
  ];
  for (const [votes, outcome] of cases) {
    const voters = [...votes].map((_, at) => `n${at}`);
    const given = new Map(
      [...votes].flatMap((vote, at) => (vote === "?" ? [] : [[`n${at}`, vote === "y"] as const])),
    );
    assert.equal(tally(voters, given), outcome, votes);
  }
});

test("whoever is no voter has no say", () => {
  const votes = new Map([
    ["a", true],
    ["x", true],
    ["y", true],
  ]);
  assert.equal(tally(["a", "b", "c"], votes), "pending");
});
