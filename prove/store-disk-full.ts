/**
 * A disk that is really full: the store runs on a small file system in memory, mounted for its process alone, and
 * ballast takes the rest of the room at different fill levels, so that at one time the log finds none, at another
 * COMMIT, a checkpoint or a snapshot. Commands must be turned away as unavailable, none answered may be lost, and
 * the store must come back by itself once the ballast is gone.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";

/** Room on the small disk; the store's own files take about a tenth of it. */
const diskBytes = 24 << 20;

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const parent = fs.mkdtempSync(join(os.tmpdir(), "lyceum-prove-full-"));
  try {
    const script = 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"';
    const command = [process.execPath, join(import.meta.dirname, "store/small-disk.ts"), parent];
    const child = spawn(
      "unshare",
      [
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        script,
        "sh",
        String(diskBytes),
        parent,
        ...command,
        String(options.count),
        String(options.seed),
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaints += text;
    });
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(
      code,
      0,
      `the proof needs Linux with user namespaces (unshare --user --mount), and to hold: ${complaints}${output}`,
    );
    for (const line of output.trim().split("\n")) options.print(line);
  } finally {
    fs.rmSync(parent, { recursive: true, force: true });
  }
}
