/**
 * A disk that is really full in the middle of uploads: the blob store runs on a small file system in memory, mounted
 * for its process alone. Senders must be told so, nothing finished may be lost, and the uploads must go on once there
 * is room again.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Room on the small disk. */
const diskBytes = 24 << 20;

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const disk = await mkdtemp(join(tmpdir(), "lyceum-prove-blobs-full-"));
  try {
    const mount = `mount -t tmpfs -o size=${diskBytes} none "$1" && exec "$2" "$3" "$1" "$4" "$5"`;
    const program = [process.execPath, join(import.meta.dirname, "blobs/small-disk.ts")];
    const words = [disk, ...program, String(options.count), String(options.seed)];
    const child = spawn(
      "unshare",
      ["--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh", ...words],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(code, 0, `the proof needs Linux with user namespaces (unshare), and to hold: ${output}`);
    for (const line of output.trim().split("\n")) options.print(line);
  } finally {
    await rm(disk, { recursive: true, force: true });
  }
}
