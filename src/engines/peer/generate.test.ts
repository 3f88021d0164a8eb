/** The code made from the contract between nodes is what the contract says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { generatedFile, generatedText } from "./generate.ts";

test("the generated code is up to date; npm run write mends it", () => {
  assert.equal(readFileSync(generatedFile, "utf8"), generatedText());
});
