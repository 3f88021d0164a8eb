/** When an assignment is open, for everybody and for one student, as a text to read: `testdata/dates.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { type Command, runTranscript } from "#base/data-driven.ts";
import { type AssignmentDates, dateProblems, effectiveDates, windowAt } from "./dates.ts";

test("when an assignment is open, due and closed", () => {
  let dates: AssignmentDates = { availableFrom: null, dueAt: null, untilAt: null, attemptsMax: null };
  runTranscript(join(import.meta.dirname, "testdata", "dates.txt"), (command) => {
    switch (command.verb) {
      case "assignment":
        dates = {
          availableFrom: at(command, "from"),
          dueAt: at(command, "due"),
          untilAt: at(command, "until"),
          attemptsMax: at(command, "attempts"),
        };
        return problemsIn(dates) || "consistent";
      case "at":
        return windowAt(dates, Number(command.arg("time")));
      case "extension": {
        const mine = effectiveDates(dates, {
          dueAt: at(command, "due"),
          untilAt: at(command, "until"),
          extraAttempts: at(command, "attempts") ?? 0,
        });
        return `due ${mine.dueAt}, until ${mine.untilAt}, attempts ${mine.attemptsMax}`;
      }
      default:
        throw new Error(`there is no step ${command.verb}`);
    }
  });
});

function problemsIn(dates: AssignmentDates): string {
  return dateProblems(dates)
    .map(({ field, message }) => `${field}: ${message}`)
    .join("\n");
}

function at(command: Command, name: string): number | null {
  const value = command.optional(name);
  return value === null ? null : Number(value);
}
