/**
 * Real nodes under real faults: `npm run nemesis` on three nodes, and in full on five as well. Nothing that was
 * acknowledged may be lost, doubled or stale, and the judge of that was itself shown to say no (nemesis/checker.test.ts).
 * Needs Linux; where mounts are not allowed no disk is filled up, and the output says so.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** 500 are half an hour on each size; the sample's 8 are half a minute on three nodes. */
const countPerMinute = 16;
const sampleCountMax = 8;

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const { count, seed, print } = options;
  const isSample = count <= sampleCountMax;
  const words = [
    ...["--minutes", String(count / countPerMinute), "--nodes", isSample ? "3" : "3,5"],
    ...["--seed", String(seed), "--upload-mb", isSample ? "30" : "200"],
  ];
  const program = join(import.meta.dirname, "../nemesis/run.ts");
  const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface(child.stdout).on("line", (line) => print(line.trim()));
  const [status] = (await once(child, "close")) as [number | null];
  assert.equal(status, 0, "nothing is lost, doubled or stale");
}
