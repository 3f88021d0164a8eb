/**
 * A file of 2 GiB up through tus and down through its signed address, against a plain copy of the same bytes. The
 * peer of going up reads, hashes, writes and syncs in one process; the peer of coming down reads and hashes. We do the
 * same behind HTTP, with a second process that sends and receives. Pairs alternate; memory is the server's, sampled
 * while bytes flow, over what it was before the first.
 *
 * LYCEUM_BENCH_BYTES sets the size.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const mebibyte = 1024 ** 2;
const authorization = "Bearer ada";

/** Prints throughput of both, the median of the ratios, and the memory that the server took on. */
export async function bench(options: {
  rounds: number;
  sample?: boolean;
  print: (line: string) => void;
}): Promise<void> {
  const wish = process.env.LYCEUM_BENCH_BYTES;
  const bytes = wish === undefined ? (options.sample ? 256 : 2048) * mebibyte : Number(wish);
  const rounds = Math.min(options.rounds, options.sample ? 2 : 5);
  const folder = await mkdtemp(join(tmpdir(), "lyceum-bench-blobs-"));
  const server = fork(join(import.meta.dirname, "blobs/server.ts"));
  try {
    const { url } = (await answerOf(server)) as { url: string };
    const source = join(folder, "source");
    await writeNoise(source, bytes);
    // A small file first: what the server loads on its first upload is no cost of a large one.
    await warmUp(url, server, folder);
    const before = residentBytes(server);
    const up: Pair[] = [];
    const down: Pair[] = [];
    let peak = before;
    for (let round = 0; round < rounds; round++) {
      await markRound(source, round);
      const plainUp = await seconds(() => plainCopy(source, join(folder, "copy")));
      const watch = watchMemory(server);
      let id = "";
      const oursUp = await seconds(async () => {
        id = await upload(url, source, bytes);
      });
      const plainDown = await seconds(() => plainRead(source));
      server.send({ address: id });
      const { path } = (await answerOf(server)) as { path: string };
      const oursDown = await seconds(() => download(url + path, bytes));
      peak = Math.max(peak, watch());
      server.send({ remove: id });
      await answerOf(server);
      up.push({ ours: bytes / oursUp, plain: bytes / plainUp });
      down.push({ ours: bytes / oursDown, plain: bytes / plainDown });
    }
    const added = (peak - before) / mebibyte;
    options.print(`${bytes / mebibyte} MiB, ${rounds} pairs`);
    options.print(`up:   ${lineOf(up)} of copy + SHA-256 + sync`);
    options.print(`down: ${lineOf(down)} of read + SHA-256`);
    options.print(
      `memory: ${(before / mebibyte).toFixed(0)} MiB before, ${added.toFixed(0)} MiB added at the peak (aim < 100)`,
    );
  } finally {
    const ended = once(server, "exit");
    server.disconnect();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes per second of one round. */
interface Pair {
  readonly ours: number;
  readonly plain: number;
}

function lineOf(pairs: readonly Pair[]): string {
  const rate = (pick: (pair: Pair) => number) => (median(pairs.map(pick)) / mebibyte).toFixed(0);
  const ratio = median(pairs.map(({ ours, plain }) => ours / plain)).toFixed(2);
  return `ours ${rate((pair) => pair.ours)} MiB/s, plain ${rate((pair) => pair.plain)} MiB/s, median ratio ${ratio}`;
}

async function upload(url: string, source: string, bytes: number): Promise<string> {
  const tus = { authorization, "tus-resumable": "1.0.0" };
  const begun = await fetch(`${url}/api/v1/uploads`, {
    method: "POST",
    headers: { ...tus, "upload-length": String(bytes) },
  });
  const location = begun.headers.get("location");
  if (location === null) throw new Error(`the upload was not begun: ${begun.status} ${await begun.text()}`);
  const outgoing = request(url + location, {
    method: "PATCH",
    agent: false,
    headers: {
      ...tus,
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
      "content-length": String(bytes),
    },
  });
  const answered = once(outgoing, "response");
  await pipeline(createReadStream(source, { highWaterMark: mebibyte }), outgoing);
  const [response] = await answered;
  response.resume();
  if (response.headers["upload-offset"] !== String(bytes))
    throw new Error(`not all arrived: ${response.statusCode}`);
  return location.split("/").at(-1) ?? "";
}

async function download(url: string, bytes: number): Promise<void> {
  const incoming = request(url, { agent: false }).end();
  const [response] = await once(incoming, "response");
  let count = 0;
  for await (const piece of response) count += (piece as Buffer).byteLength;
  if (count !== bytes) throw new Error(`${count} of ${bytes} bytes came down`);
}

async function plainCopy(source: string, target: string): Promise<void> {
  const hash = createHash("sha256");
  const file = await open(target, "w");
  for await (const piece of createReadStream(source, { highWaterMark: mebibyte })) {
    hash.update(piece as Buffer);
    await file.write(piece as Buffer);
  }
  await file.sync();
  await file.close();
  hash.digest();
  await rm(target);
}

async function plainRead(source: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(source, { highWaterMark: mebibyte }))
    hash.update(piece as Buffer);
  hash.digest();
}

async function writeNoise(path: string, bytes: number): Promise<void> {
  const noise = randomBytes(mebibyte);
  const file = await open(path, "w");
  for (let at = 0; at < bytes; at += mebibyte) {
    noise.writeUInt32LE(at / mebibyte);
    await file.write(noise, 0, Math.min(mebibyte, bytes - at), at);
  }
  await file.close();
}

/** Makes the file of each round another one, so that none is there already. */
async function markRound(path: string, round: number): Promise<void> {
  const file = await open(path, "r+");
  await file.write(Buffer.from([round]), 0, 1, 8);
  await file.close();
}

async function warmUp(url: string, server: ChildProcess, folder: string): Promise<void> {
  const path = join(folder, "small");
  await writeNoise(path, 4 * mebibyte);
  const id = await upload(url, path, 4 * mebibyte);
  server.send({ address: id });
  const { path: address } = (await answerOf(server)) as { path: string };
  await download(url + address, 4 * mebibyte);
}

async function answerOf(server: ChildProcess): Promise<unknown> {
  const [message] = await once(server, "message");
  return message;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** Looks at the server's memory every now and then; the returned function ends it and gives the most that was seen. */
function watchMemory(server: ChildProcess): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(server));
  }, 20);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

function residentBytes(server: ChildProcess): number {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
