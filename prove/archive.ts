/**
 * A class of 5,000 hands in, and its work is fetched as one zip through HTTP: whole, each file in the folder of whoever
 * handed it in, whatever they are called. While it is made the server holds a small piece of it and reads one file at a time.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parse } from "csv-parse/sync";
import { openNode } from "#app/compose.ts";
import { readConfig } from "#app/config.ts";
import { present } from "#base/assert.ts";
import { folderOf, type HandedIn, handInAll } from "./archive/class.ts";
import { readZip } from "./archive/zip.ts";

/** What server and client, one process here, may hold of a zip that is several times as large. */
const heldBytesMax = 48 * 1024 ** 2;

export async function prove({
  count,
  seed,
  print,
}: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const students = count < 100 ? 250 : 5_000;
  const zipBytes = (count < 100 ? 4 : 12) * heldBytesMax;
  const folder = await mkdtemp(join(tmpdir(), "lyceum-archive-"));
  const { config } = readConfig({
    flags: { data: join(folder, "data"), "http-port": "0", "grpc-port": "0" },
    environment: {},
    file: null,
  });
  const node = await openNode({ config, webRoot: null, log: () => {} });
  try {
    const { url } = present(await node.listen(), "the node listens").http;
    const bytesEach = Math.ceil(zipBytes / students);
    const made = await handInAll(node.kernel, { students, bytesEach, seed });
    const files = watchFiles(node.kernel.services.blobs);
    const zipPath = join(folder, "work.zip");
    const began = performance.now();
    const held = await watchedMemory(() => fetchZip(url, made, zipPath));
    const seconds = (performance.now() - began) / 1_000;
    // The next one may be opened while the one before it is closed.
    assert(files.openMax <= 2, `${files.openMax} files were open at once`);
    assert(await files.allClosed(), "none is left open");
    assert(held < heldBytesMax, `${mebibytes(held)} of it were held at once`);
    await checkZip(zipPath, made);
    await abandon(url, made);
    assert(await files.allClosed(), "a download that was given up leaves no file open");
    const { size } = await stat(zipPath);
    print(
      `archive: ${students} students' files, ${mebibytes(size)}, in ${seconds.toFixed(1)} s through HTTP, each in its own folder; ` +
        `at most ${files.openMax} files open at once and ${mebibytes(held)} held meanwhile`,
    );
  } finally {
    await node.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const mebibytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(0)} MiB`;

interface Blobs {
  open(...asked: never[]): Promise<Readable>;
}

/** How many files are open at once from now on. */
function watchFiles(blobs: Blobs) {
  const seen = {
    open: 0,
    openMax: 0,
    async allClosed(): Promise<boolean> {
      for (let tries = 0; tries < 100 && seen.open > 0; tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      return seen.open === 0;
    },
  };
  const open = blobs.open.bind(blobs);
  blobs.open = async (...asked) => {
    const source = await open(...asked);
    seen.open += 1;
    seen.openMax = Math.max(seen.openMax, seen.open);
    source.once("close", () => {
      seen.open -= 1;
    });
    return source;
  };
  return seen;
}

/** By how much what is held grew at most while `run` ran, waste not counted; server and client are one process here. */
async function watchedMemory(run: () => Promise<void>): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const inUse = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = inUse();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, inUse());
  }, 3_000);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

async function answered(url: string, { token, assignmentId }: HandedIn): Promise<Response> {
  const asked = await fetch(`${url}/api/v1/assignments/download-submissions?assignmentId=${assignmentId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(asked.status, 200, `the zip: ${asked.status}`);
  return asked;
}

async function fetchZip(url: string, made: HandedIn, path: string): Promise<void> {
  const asked = await answered(url, made);
  const { body } = asked;
  assert(body !== null);
  await pipeline(Readable.fromWeb(body as never), createWriteStream(path));
  assert.equal((await stat(path)).size, Number(asked.headers.get("content-length")), "as long as was said");
}

/** Begins a download and gives it up in the middle of a file. */
async function abandon(url: string, made: HandedIn): Promise<void> {
  const { body } = await answered(url, made);
  const reader = present(body, "a body").getReader();
  for (let pieces = 0; pieces < 8; pieces++) await reader.read();
  await reader.cancel();
}

/** Each student has one folder with their own file, and the list of what is inside says so. */
async function checkZip(path: string, { students }: HandedIn): Promise<void> {
  const zip = await readZip(path);
  const [manifest, ...entries] = zip;
  assert.equal(manifest?.path, "manifest.csv");
  assert.equal(entries.length, students.length);
  const rows: Record<string, string>[] = parse(manifest?.bytes.toString() ?? "", {
    bom: true,
    columns: true,
  });
  assert.equal(rows.length, students.length);
  const hashes = new Map(entries.map((entry) => [entry.path, entry.sha256]));
  assert.equal(hashes.size, students.length, "no two have one path");
  const rowOf = new Map(rows.map((row) => [row["student id"], row]));
  for (const { id, name, fileName, bytes } of students) {
    const row = present(rowOf.get(id), `a line for ${name}`);
    const folder = asWritten(row.folder);
    assert.equal(folder.replace(/ \(\d+\)$/, ""), folderOf(name), `the folder of ${name}`);
    assert.equal(asWritten(row.student), name);
    assert.equal(row.file, fileName);
    const sha256 = createHash("sha256").update(bytes()).digest("hex");
    assert.equal(row.sha256, sha256, `the list has the hash of ${name}'s work`);
    assert.equal(hashes.get(`${folder}/${fileName}`), sha256, `${name}'s folder has ${name}'s work`);
  }
}

/** A cell as it was before it was kept from being taken for a formula. */
function asWritten(cell = ""): string {
  return cell.replace(/^'(?=[=+@-])/, "");
}
