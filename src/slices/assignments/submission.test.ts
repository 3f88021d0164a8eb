/** The life of a submission, step by step, as a text to read: `testdata/submission-lifecycle.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { present } from "#base/assert.ts";
import { type Command, runTranscript } from "#base/data-driven.ts";
import { Refusal } from "#kernel/errors.ts";
import { isLate } from "./dates.ts";
import { fromHundredths, toHundredths } from "./points.ts";
import type { Withdrawal } from "./schema.ts";
import { grade, handIn, release, type SubmissionState, withdraw } from "./submission.ts";

test("the life of a submission", () => {
  let state: SubmissionState | null = null;
  const step = (command: Command): SubmissionState => {
    switch (command.verb) {
      case "start": {
        const attempt = Number(command.arg("attempts"));
        return { attempt, withdrawn: false, version: attempt, grade: null };
      }
      case "hand-in":
        return handIn(state, {
          used: Number(command.optional("used") ?? 0),
          attemptsMax: command.optional("of") === null ? null : Number(command.arg("of")),
          mayFollowGrade: command.optional("follows") === "yes",
        });
      case "withdraw":
        return withdraw(present(state, "there is work to take back"), {
          rule: command.arg("rule") as Withdrawal,
          isPastDue: command.optional("past") === "yes",
        });
      case "grade":
        return grade(present(state, "there is work to grade"), {
          hundredths: toHundredths(Number(command.arg("points"))),
          hundredthsMax: toHundredths(Number(command.arg("max"))),
        });
      case "release":
        return release(present(state, "there is work to release"), Number(command.arg("at")));
      default:
        throw new Error(`there is no step ${command.verb}`);
    }
  };
  runTranscript(join(import.meta.dirname, "testdata", "submission-lifecycle.txt"), (command) => {
    if (command.verb === "late") {
      const due = command.optional("due");
      return isLate(due === null ? null : Number(due), Number(command.arg("at"))) ? "late" : "in time";
    }
    try {
      state = step(command);
      return show(state);
    } catch (error) {
      if (error instanceof Refusal) return `refused ${error.code}: ${error.message}`;
      throw error;
    }
  });
});

function show({ attempt: number, version, withdrawn, grade: mark }: SubmissionState): string {
  const attempt = withdrawn ? `${number} taken back` : number;
  if (mark === null) return `attempt ${attempt}, version ${version}, no grade`;
  const known = mark.releasedAt === null ? "private" : `released at ${mark.releasedAt}`;
  const points = fromHundredths(mark.hundredths);
  return `attempt ${attempt}, version ${version}, ${points} points for attempt ${mark.attempt}, ${known}`;
}
