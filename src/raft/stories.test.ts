/** The core told as stories: each text in testdata/ is a group, what happens to it, and what it comes to. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { runTranscript } from "#base/data-driven.ts";
import { StoryGroup } from "./testing/story-group.ts";

const folder = join(import.meta.dirname, "testdata");
for (const file of readdirSync(folder).sort())
  test(file.replace(".txt", "").replaceAll("-", " "), () => {
    const group = new StoryGroup();
    runTranscript(join(folder, file), (command) => group.run(command));
  });
