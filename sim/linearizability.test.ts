import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/random.ts";
import { checkLinearizable, type Operation } from "./linearizability.ts";
import { type RegisterInput, type RegisterOutput, registerModel } from "./register-model.ts";

type Step = Operation<RegisterInput, RegisterOutput>;

const done: RegisterOutput = { kind: "done" };

function write(client: string, value: string, called: number, at: number | null, key = "k"): Step {
  return {
    client,
    input: { kind: "write", key, value },
    called,
    returned: at === null ? null : { at, output: done },
  };
}

function append(client: string, value: string, called: number, at: number | null): Step {
  const input = { kind: "append", key: "k", value } as const;
  return { client, input, called, returned: at === null ? null : { at, output: done } };
}

function read(client: string, value: string | null, called: number, at: number, key = "k"): Step {
  return { client, input: { kind: "read", key }, called, returned: { at, output: { kind: "value", value } } };
}

function swap(
  client: string,
  from: string | null,
  to: string,
  swapped: boolean,
  called: number,
  at: number,
): Step {
  const input = { kind: "compare-and-set", key: "k", expected: from, value: to } as const;
  return { client, input, called, returned: { at, output: { kind: "swapped", swapped } } };
}

function outcomeOf(...history: Step[]): string {
  return checkLinearizable(history, registerModel).outcome;
}

test("what happened one after the other, and what overlapped, may be linearizable", () => {
  assert.equal(outcomeOf(), "linearizable");
  assert.equal(outcomeOf(read("a", null, 0, 1), write("a", "x", 2, 3), read("b", "x", 4, 5)), "linearizable");
  // Two writes overlap: a reader may see either win, and a reader in the middle either or none.
  assert.equal(
    outcomeOf(write("a", "x", 0, 9), write("b", "y", 0, 9), read("c", "x", 10, 11)),
    "linearizable",
  );
  assert.equal(
    outcomeOf(write("a", "x", 0, 9), write("b", "y", 0, 9), read("c", "y", 10, 11)),
    "linearizable",
  );
  assert.equal(outcomeOf(write("a", "x", 0, 9), read("c", null, 1, 2), read("c", "x", 3, 4)), "linearizable");
});

test("a stale read is found", () => {
  assert.equal(outcomeOf(write("a", "x", 0, 1), write("a", "y", 2, 3), read("b", "x", 4, 5)), "violated");
  // Also one that only another reader shows to be stale.
  assert.equal(outcomeOf(write("a", "x", 0, 9), read("b", "x", 1, 2), read("c", null, 3, 4)), "violated");
});

test("a lost write is found", () => {
  assert.equal(outcomeOf(write("a", "x", 0, 1), read("b", null, 2, 3)), "violated");
  const appends = [append("a", "1", 0, 1), append("b", "2", 2, 3)];
  assert.equal(outcomeOf(...appends, read("c", "1,2,", 4, 5)), "linearizable");
  assert.equal(outcomeOf(...appends, read("c", "1,", 4, 5)), "violated");
});

test("a doubled append is found, also when its answer was lost", () => {
  assert.equal(outcomeOf(append("a", "1", 0, 1), read("b", "1,1,", 2, 3)), "violated");
  assert.equal(outcomeOf(append("a", "1", 0, null), read("b", "1,1,", 2, 3)), "violated");
});

test("an unknown outcome may count early, late or never, but only once and not before it was asked for", () => {
  assert.equal(outcomeOf(write("a", "x", 0, null), read("b", null, 1, 2)), "linearizable");
  assert.equal(outcomeOf(write("a", "x", 0, null), read("b", "x", 1, 2)), "linearizable");
  assert.equal(
    outcomeOf(write("a", "x", 0, null), read("b", null, 1, 2), read("b", "x", 8, 9)),
    "linearizable",
  );
  assert.equal(outcomeOf(write("a", "x", 5, null), read("b", "x", 1, 2)), "violated");
  assert.equal(
    outcomeOf(write("a", "x", 0, null), read("b", "x", 1, 2), write("b", "y", 3, 4), read("b", "x", 5, 6)),
    "violated",
  );
});

test("two that compare with the same value cannot both win", () => {
  const first = swap("a", null, "x", true, 0, 5);
  assert.equal(outcomeOf(first, swap("b", null, "y", false, 1, 4)), "linearizable");
  assert.equal(outcomeOf(first, swap("b", null, "y", true, 1, 4)), "violated");
  assert.equal(outcomeOf(first, swap("b", "x", "y", true, 1, 4), read("c", "y", 6, 7)), "linearizable");
  // A refusal is an observation too.
  assert.equal(outcomeOf(swap("b", null, "y", false, 0, 1)), "violated");
});

test("keys are judged one by one, and the explanation names the one that is wrong", () => {
  const history = [write("a", "x", 0, 1, "good"), write("a", "x", 2, 3, "bad"), read("b", "x", 4, 5, "good")];
  const verdict = checkLinearizable([...history, read("b", null, 6, 7, "bad")], registerModel);
  assert.equal(verdict.outcome, "violated");
  assert.match(verdict.explanation ?? "", /key bad: no order fits its 2 operations/);
  assert.match(
    verdict.explanation ?? "",
    /b: \{"kind":"read","key":"bad"\} -> \{"kind":"value","value":null\}/,
  );
});

test("a search without end is given up and says so", () => {
  const history = Array.from({ length: 24 }, (_, place) => write(`c${place}`, String(place), 0, 100));
  const verdict = checkLinearizable([...history, read("r", "never", 101, 102)], registerModel, {
    stepsMax: 5_000,
  });
  assert.equal(verdict.outcome, "undecided");
});

/** Runs random operations on a real register, each taking effect somewhere between its call and its return. */
function randomHistory(seed: number, operations: number, clients: number): Step[] {
  const random = seededRandom(seed);
  const draw = (below: number) => ((random.bytes(1)[0] ?? 0) * 256 + (random.bytes(1)[0] ?? 0)) % below;
  const freeAt = Array.from({ length: clients }, () => 0);
  const pending = Array.from({ length: operations }, (_, place) => {
    const client = draw(clients);
    const called = (freeAt[client] ?? 0) + draw(5);
    const effect = called + draw(10);
    const at = effect + draw(10);
    freeAt[client] = at + 1;
    const value = String(place);
    const input: RegisterInput = (
      [
        { kind: "read", key: "k" },
        { kind: "write", key: "k", value },
        { kind: "append", key: "k", value },
        {
          kind: "compare-and-set",
          key: "k",
          expected: draw(3) === 0 ? null : String(draw(place + 1)),
          value,
        },
      ] as const
    )[draw(4)] ?? { kind: "read", key: "k" };
    return {
      client: `c${client}`,
      input,
      called,
      effect: effect + place / operations,
      at,
      isLost: draw(12) === 0,
    };
  });
  let state: string | null = null;
  const history: Step[] = [];
  for (const { client, input, called, at, isLost } of pending.sort((a, b) => a.effect - b.effect)) {
    let output: RegisterOutput = done;
    if (input.kind === "read") output = { kind: "value", value: state };
    if (input.kind === "compare-and-set") output = { kind: "swapped", swapped: state === input.expected };
    if (isLost && draw(2) === 0) {
      history.push({ client, input, called, returned: null });
      continue;
    }
    state = registerModel.step(state, input, output)?.state ?? null;
    history.push({ client, input, called, returned: isLost ? null : { at: at + 1, output } });
  }
  return history;
}

test("histories of a real register are accepted, and refused once one of their answers is changed", () => {
  let changed = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const history = randomHistory(seed, 60, 5);
    assert.equal(checkLinearizable(history, registerModel).outcome, "linearizable", `seed ${seed}`);
    const place = history.findIndex(({ returned }) => returned?.output.kind === "value");
    const target = history[place];
    if (target?.returned?.output.kind !== "value") continue;
    const output: RegisterOutput = { kind: "value", value: `${target.returned.output.value ?? ""}!` };
    const forged = history.with(place, { ...target, returned: { ...target.returned, output } });
    assert.equal(checkLinearizable(forged, registerModel).outcome, "violated", `seed ${seed}, forged`);
    changed++;
  }
  assert.ok(changed > 100);
});

test("a long history with many unknown outcomes is judged in few steps", () => {
  const history = randomHistory(7, 1_000, 4);
  const unknown = history.filter(({ returned }) => returned === null).length;
  const verdict = checkLinearizable(history, registerModel);
  assert.equal(verdict.outcome, "linearizable");
  assert.ok(unknown > 20 && verdict.steps < 20_000, `${unknown} unknown, ${verdict.steps} steps`);
});
