/**
 * Scenarios about a course, for the tests of every slice that has to do with one: who asks, what is given, what comes of
 * it, what must not be seen, and exactly which events follow. Each runs on both engines.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { present } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import type { Decision } from "#kernel/policy.ts";
import type { Slice } from "#kernel/slice.ts";
import { openTestKernel } from "#kernel/testing.ts";
import { identitySlice } from "../identity/slice.ts";
import { coursesTaughtBy, type Standing } from "./api.ts";
import { type BuiltCourse, buildCourse, type Persona, personas } from "./fixtures.ts";
import { coursesSlice } from "./slice.ts";

export interface Scenario<Operation extends string, Given extends object> {
  readonly operation: Operation;
  readonly as: Persona | "nobody";
  /** What the scenario is about, where actor and outcome do not say it. */
  readonly about?: string;
  /** What has happened before; its events do not count. */
  given?(built: BuiltCourse): Promise<Given>;
  input(built: BuiltCourse, given: Given): JsonObject | Promise<JsonObject>;
  /** `done`, or the code of the refusal. */
  readonly outcome: string;
  output?(output: JsonObject, built: BuiltCourse, given: Given): void;
  /** Words that the sentence of the refusal must hold. */
  readonly says?: RegExp;
  /** What must stand nowhere in the answer. */
  hides?(built: BuiltCourse, given: Given): readonly string[];
  /** The types of the events that follow, in order; none when absent. */
  readonly events?: readonly string[];
}

/** Runs the scenarios on each engine, in a school with one built course; each is given things of its own. */
export function runScenarios<Operation extends string, Given extends object>(
  title: string,
  slices: readonly Slice[],
  scenarios: readonly Scenario<Operation, Given>[],
): void {
  eachCourse(title, slices, (built) => {
    for (const scenario of scenarios) test(titleOf(scenario), () => runScenario(built(), scenario));
  });
}

/** Opens a school with a built course for the tests of `define`, on each engine. */
export function eachCourse(
  title: string,
  slices: readonly Slice[],
  define: (built: () => BuiltCourse) => void,
): void {
  eachEngine(title, (engine) => {
    let built: BuiltCourse | null = null;
    const closing: (() => Promise<void>)[] = [];
    before(async () => {
      const store = await engine.open({ after: (close) => closing.push(close) });
      const all = [identitySlice({ coursesTaughtBy }), coursesSlice, ...slices];
      const kernel = await openTestKernel({ slices: all, store });
      closing.unshift(kernel.close);
      built = await buildCourse(kernel);
    });
    after(async () => {
      for (const close of closing) await close();
    });
    define(() => present(built, "the school has been opened"));
  });
}

/**
 * Scenarios in which everybody but `allowed` is turned away: members as `member` says, outsiders with `not_found`. They
 * share what is given, since a refusal changes nothing.
 */
export function turnedAway<Operation extends string, Given extends object>(
  what: Pick<Scenario<Operation, Given>, "operation" | "input" | "given">,
  allowed: readonly Persona[],
  member: "forbidden" | "not_found" = "forbidden",
): Scenario<Operation, Given>[] {
  const outside: readonly Persona[] = ["former", "otherInstructor", "outsider"];
  const { given } = what;
  const shared = given === undefined ? what : { ...what, given: oncePerCourse(given.bind(what)) };
  return [
    { ...shared, as: "nobody", outcome: "unauthenticated" },
    ...personas
      .filter((persona) => !allowed.includes(persona))
      .map((as) => ({ ...shared, as, outcome: outside.includes(as) ? "not_found" : member })),
  ];
}

function oncePerCourse<Given>(
  given: (built: BuiltCourse) => Promise<Given>,
): (built: BuiltCourse) => Promise<Given> {
  const known = new WeakMap<BuiltCourse, Promise<Given>>();
  return (built) => {
    const made = known.get(built) ?? given(built);
    known.set(built, made);
    return made;
  };
}

/** Every standing that a policy may meet, by name, for the matrices of the slices' pure decisions. */
export const standings: Readonly<Record<string, Standing>> = {
  anonymous: { kind: "anonymous" },
  outsider: { kind: "outsider" },
  admin: { kind: "administration", role: null },
  "admin who studies": { kind: "administration", role: "student" },
  instructor: { kind: "member", role: "instructor" },
  assistant: { kind: "member", role: "teaching_assistant" },
  student: { kind: "member", role: "student" },
  observer: { kind: "member", role: "observer" },
};

const denials = { unauthenticated: "sign in", forbidden: "no", not_found: "-" } as const;

/**
 * The decisions as a text (yes, no, `-` for as if it did not exist): a line for each standing, a column for each
 * case.
 */
export function matrixOf(cases: Readonly<Record<string, (standing: Standing) => Decision>>): string {
  const width = Math.max(...Object.keys(cases).map((name) => name.length), "sign in".length) + 2;
  const line = (first: string, cells: readonly string[]) =>
    `${first.padEnd(20)}${cells.map((cell) => cell.padEnd(width)).join("")}`.trimEnd();
  return [
    line("", Object.keys(cases)),
    ...Object.entries(standings).map(([name, standing]) =>
      line(
        name,
        Object.values(cases).map((decide) => {
          const decision = decide(standing);
          return decision.allowed ? "yes" : denials[decision.kind];
        }),
      ),
    ),
  ].join("\n");
}

async function runScenario<Operation extends string, Given extends object>(
  built: BuiltCourse,
  scenario: Scenario<Operation, Given>,
): Promise<void> {
  const given = (await scenario.given?.(built)) ?? ({} as Given);
  const { test: kernel, people } = built;
  const input = await scenario.input(built, given);
  const before = (await kernel.events()).at(-1)?.position ?? 0;
  const token = scenario.as === "nobody" ? null : people[scenario.as].token;
  const result = await kernel.call(token, scenario.operation, input);
  const answer = JSON.stringify(result);
  assert.equal("failure" in result ? result.failure.code : "done", scenario.outcome, answer);
  if ("failure" in result && scenario.says !== undefined) assert.match(result.failure.message, scenario.says);
  if ("output" in result) scenario.output?.(result.output as JsonObject, built, given);
  for (const hidden of scenario.hides?.(built, given) ?? [])
    assert(!answer.includes(hidden), `the answer gives ${hidden} away: ${answer}`);
  const events = await kernel.events(before);
  assert.deepEqual(
    events.map(({ type }) => type),
    scenario.events ?? [],
  );
  for (const { type, data } of events)
    for (const { name, email } of Object.values(people))
      assert(
        !JSON.stringify(data).includes(name) && !JSON.stringify(data).includes(email),
        `${type} names a person`,
      );
}

function titleOf({
  operation,
  as,
  about,
  outcome,
}: Pick<Scenario<string, object>, "operation" | "as" | "about" | "outcome">): string {
  return [operation, "as", as, about, "→", outcome].filter(Boolean).join(" ");
}
