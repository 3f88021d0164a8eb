/** Who may see and change materials, as a text to read: `testdata/policy.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { runTranscript } from "#base/data-driven.ts";
import { denyNotFound } from "#kernel/policy.ts";
import { matrixOf } from "../courses/testing.ts";
import { decideChange, decideContents, decideOpen, decideSee } from "./policy.ts";

const decisions = { see: decideSee, open: decideOpen, change: decideChange };

test("what each standing lets people do with a material", () => {
  runTranscript(join(import.meta.dirname, "testdata", "policy.txt"), ({ verb, optional }) => {
    const facts = {
      published: optional("published") === "yes",
      removed: optional("removed") === "yes",
      locks: optional("locked") === "yes" ? [{ reason: "It opens tomorrow." }] : [],
    };
    if (verb === "contents")
      return matrixOf({ contents: (one) => decideContents(one, facts.removed, denyNotFound("course")) });
    return matrixOf(
      Object.fromEntries(
        Object.entries(decisions).map(([name, decide]) => [name, (one) => decide(one, facts)]),
      ),
    );
  });
});
