/** Who may see and answer queries, as a text to read: `testdata/policy.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { runTranscript } from "#base/data-driven.ts";
import { matrixOf } from "../courses/testing.ts";
import { decideAnswer, decideSee } from "./policy.ts";

test("what each standing lets people do with a query", () => {
  runTranscript(join(import.meta.dirname, "testdata", "policy.txt"), ({ arg }) => {
    const isOwn = arg("own") === "yes";
    return matrixOf({
      see: (one) => decideSee(one, { isOwn }),
      answer: (one) => decideAnswer(one, { isOwn }),
    });
  });
});
