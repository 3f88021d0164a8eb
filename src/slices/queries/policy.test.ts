/** Who may see and answer queries, as a text to read: `testdata/policy.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { runTranscript } from "#base/data-driven.ts";
import { matrixOf } from "../courses/testing.ts";
import { decideAnswer, decideAskSame, decideOwn, decideSee, decideSettle, decideTeach } from "./policy.ts";

test("what each standing lets people do with a query", () => {
  runTranscript(join(import.meta.dirname, "testdata", "policy.txt"), ({ arg }) => {
    const facts = {
      isOwn: arg("own") === "yes",
      visibility: arg("seen-by") === "class" ? ("class" as const) : ("staff" as const),
    };
    return matrixOf({
      see: (one) => decideSee(one, facts),
      answer: (one) => decideAnswer(one, facts),
      "ask on": (one) => decideOwn(one, facts),
      settle: (one) => decideSettle(one, facts),
      same: (one) => decideAskSame(one, facts),
      merge: (one) => decideTeach(one, facts),
    });
  });
});
