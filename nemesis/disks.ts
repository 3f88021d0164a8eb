/**
 * Small disks, so that one can be filled up without harm to the machine: file systems in memory, in a mount namespace of
 * the nemesis and the nodes that it starts, which outlives any node and goes with the nemesis.
 */
import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Room for two large files beside what a node keeps free. */
const smallDiskBytes = 1_536 * 1024 ** 2;
const ballastName = "ballast";
const markName = "LYCEUM_NEMESIS_MOUNTS";

/** Whether this process has mounts of its own: it was started by `commandWithMounts`. */
export const hasOwnMounts = process.env[markName] === "1";

/**
 * The words before a command that give it a mount namespace of its own, or null with the reason why this machine does
 * not let us have one.
 */
export function commandWithMounts(): { readonly words: readonly string[] | null; readonly reason: string } {
  const words = ["unshare", "--user", "--map-root-user", "--mount", "env", `${markName}=1`];
  const [program = "", ...rest] = words;
  const tried = spawnSync(program, [...rest, "true"], { encoding: "utf8" });
  if (tried.status === 0) return { words, reason: "" };
  return { words: null, reason: (tried.error?.message ?? tried.stderr).trim() };
}

/** Mounts a small disk at `folder`. */
export function mountSmallDisk(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync(
    "mount",
    ["-t", "tmpfs", "-o", `size=${smallDiskBytes}`, "none", folder],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`a small disk cannot be mounted: ${stderr}`);
}

export function unmount(folder: string): void {
  spawnSync("umount", ["--lazy", folder]);
}

/** Takes all room of the disk but `bytesLeft`; the returned function gives it back. */
export async function fillDisk(disk: string, bytesLeft: number): Promise<() => void> {
  const file = join(disk, ballastName);
  const { bavail, bsize } = fs.statfsSync(disk);
  const bytes = Math.max(1, bavail * bsize - bytesLeft);
  // A program of its own takes the room, since whoever carries the nodes' bytes must not stand still meanwhile. Where a
  // node was quicker it complains, and the disk is full all the same.
  await promisify(execFile)("fallocate", ["--length", String(bytes), file]).catch(() => {});
  return () => fs.rmSync(file, { force: true });
}
