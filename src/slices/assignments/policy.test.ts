/** Who may see, hand in and grade, as a text to read: `testdata/policy.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { runTranscript } from "#base/data-driven.ts";
import { manages, teaches } from "../courses/api.ts";
import { matrixOf } from "../courses/testing.ts";
import { decideChange, decideGrade, decideHandIn, decideSee, decideSeeWork } from "./policy.ts";

test("what each standing lets people do with assignments and work", () => {
  runTranscript(join(import.meta.dirname, "testdata", "policy.txt"), ({ verb, optional }) => {
    const published = optional("published") === "yes";
    const isOwn = optional("own") === "yes";
    if (verb === "work")
      return matrixOf({
        see: (one) => decideSeeWork(one, { isOwn }),
        grade: (one) => decideGrade(one, { isOwn }),
      });
    return matrixOf({
      see: (one) => decideSee(one, { published }),
      "hand in": (one) => decideHandIn(one, { published }),
      change: (one) => decideChange(one, { published }, teaches, "No."),
      release: (one) => decideChange(one, { published }, manages, "No."),
    });
  });
});
