/** The committed contract: it is what the code says, it is sound, and clients of the last release survive it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { protoFolder, releasedImage, staleFiles } from "./write.ts";

const buf = join(import.meta.dirname, "../../node_modules/.bin/buf");

function run(...words: readonly string[]): string {
  try {
    return execFileSync(buf, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return String((error as { stdout?: string }).stdout) + String((error as { stderr?: string }).stderr);
  }
}

test("the generated files are those that the operations give; npm run write mends it", () => {
  assert.deepEqual(staleFiles(), []);
});

test("buf finds nothing wrong with the .proto files", () => {
  assert.equal(run("lint", protoFolder), "");
});

test("clients built on the released contract can talk to this one", () => {
  assert.equal(run("breaking", protoFolder, "--against", releasedImage), "");
});
