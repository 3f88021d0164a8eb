/** The tree as it was before the store was a Raft group, from the history, to measure what Raft costs one node. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join, resolve } from "node:path";

/** The last commit with the plain log of one node. */
const commit = "dab8d3fb";
const root = resolve(import.meta.dirname, "../..");
/** What the measurement brings along. */
const brought = ["bench/cluster/alone.ts", "bench/cluster/work.ts", "bench/cluster/figures.ts"];

/** Puts that tree into `folder`; false where the history is not there (a shallow clone). */
export function layOutTreeBeforeRaft(folder: string): boolean {
  fs.mkdirSync(join(folder, "bench/cluster"), { recursive: true });
  const archive = join(folder, "tree.tar");
  try {
    execFileSync("git", ["archive", "--output", archive, commit, "src", "package.json"], {
      cwd: root,
      stdio: "ignore",
    });
  } catch {
    return false;
  }
  execFileSync("tar", ["-xf", archive, "-C", folder]);
  fs.symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const file of brought) fs.copyFileSync(join(root, file), join(folder, file));
  return true;
}
