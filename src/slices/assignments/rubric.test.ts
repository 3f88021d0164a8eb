/** What rubrics give, refuse, and make of marks when they change, as a text to read: `testdata/rubric.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { runTranscript } from "#base/data-driven.ts";
import { Refusal } from "#kernel/errors.ts";
import { fromHundredths, toHundredths } from "./points.ts";
import { type Choice, type Criterion, moveMark, pointsOfChoices, requireSound } from "./rubric.ts";

test("rubrics and the marks that they give", () => {
  let criteria: readonly Criterion[] = [];
  runTranscript(join(import.meta.dirname, "testdata", "rubric.txt"), (command) => {
    try {
      switch (command.verb) {
        case "rubric":
          criteria = criteriaOf(command.arg("is"));
          requireSound(criteria, toHundredths(Number(command.arg("max"))));
          return "sound";
        case "grade":
          return `${fromHundredths(pointsOfChoices(criteria, choicesOf(command.arg("by"))))} points`;
        case "move": {
          const hundredths = toHundredths(Number(command.arg("from")));
          const move = moveMark(criteria, { choices: choicesOf(command.arg("by")), hundredths });
          return move.hundredths === null
            ? move.outcome
            : `${move.outcome}: ${fromHundredths(move.hundredths)} points`;
        }
        default:
          throw new Error(`there is no step ${command.verb}`);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const fields = error.problems.map(({ field }) => field).join(" ");
      return `refused ${error.code}${fields === "" ? "" : ` ${fields}`}: ${error.message}`;
    }
  });
});

/** `method:poor=0/good=6,words:poor=0/good=4` */
function criteriaOf(text: string): Criterion[] {
  return text.split(",").map((part) => {
    const [title = "", levels = ""] = part.split(":");
    return {
      criterionId: title.toLowerCase(),
      title,
      description: "",
      levels: levels.split("/").map((level) => {
        const [name = "", points = ""] = level.split("=");
        return { levelId: name, title: name, description: "", hundredths: toHundredths(Number(points)) };
      }),
    };
  });
}

/** `method=good,words=poor` */
function choicesOf(text: string): Choice[] {
  return text.split(",").map((part) => {
    const [criterionId = "", levelId = ""] = part.split("=");
    return { criterionId, levelId, note: "" };
  });
}
