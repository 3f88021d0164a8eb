/**
 * Small disks, so that one can be filled up without harm to the machine: file systems in memory, in a mount namespace of
 * the nemesis and the nodes that it starts, which outlives any node and goes with the nemesis.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";

const smallDiskBytes = 512 << 20;
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
export function fillDisk(disk: string, bytesLeft: number): () => void {
  const file = join(disk, ballastName);
  const fd = fs.openSync(file, "w");
  const piece = Buffer.alloc(1 << 20);
  try {
    for (;;) {
      const { bavail, bsize } = fs.statfsSync(disk);
      const room = bavail * bsize - bytesLeft;
      if (room <= 0) break;
      fs.writeSync(fd, piece, 0, Math.min(piece.length, room));
    }
  } catch (error) {
    // A node took the last of it meanwhile: full is full.
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    fs.closeSync(fd);
  }
  return () => fs.rmSync(file, { force: true });
}
