/** The life of a query, step by step, as a text to read: `testdata/query-lifecycle.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { present } from "#base/assert.ts";
import { type Command, runTranscript } from "#base/data-driven.ts";
import { Refusal } from "#kernel/errors.ts";
import {
  answer,
  answerAsClassmate,
  ask,
  close,
  endorse,
  followUp,
  merge,
  orderOf,
  type QueryLife,
  reopen,
} from "./query.ts";

test("the life of a query", () => {
  let life: QueryLife | null = null;
  let changedAt = 0;
  const step = ({ verb }: Command, now: number): QueryLife => {
    if (verb === "ask") return ask(now);
    const current = present(life, "a query was asked");
    switch (verb) {
      case "answer":
        return answer(current);
      case "close":
        return close(current);
      case "answer-as-classmate":
        return answerAsClassmate(current);
      case "endorse":
        return endorse(current);
      case "follow-up":
        return followUp(current, now);
      case "merge-one":
        return merge(current, [ask(now)]);
      case "reopen":
        return reopen(current, now);
      default:
        throw new Error(`there is no step ${verb}`);
    }
  };
  runTranscript(join(import.meta.dirname, "testdata", "query-lifecycle.txt"), (command) => {
    const now = Number(command.arg("at"));
    try {
      const next = step(command, now);
      // The operations leave a row alone whose state stays; further answers count as a change.
      if (next !== life) changedAt = now;
      life = next;
      const { state_rank, order_key } = orderOf(life, changedAt);
      const since = life.waitingSince === null ? "" : ` since ${life.waitingSince}`;
      return `${life.state}${since}; rank ${state_rank}, key ${order_key}`;
    } catch (error) {
      if (error instanceof Refusal) return `refused ${error.code}: ${error.message}`;
      throw error;
    }
  });
});
