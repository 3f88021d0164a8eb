/**
 * A large file on its way while the leader dies: sent by the command line, as a person would, once through a follower
 * and once through the leader itself. It must arrive, and every node must be able to hand it out whole.
 */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { assert } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import { ApiClient } from "./api-client.ts";
import type { RealCluster } from "./real-cluster.ts";
import { environment, programFile, type RealNode } from "./real-node.ts";
import { bodyOf, command } from "./school.ts";

const uploadMsMax = 300_000;
const patienceMs = 60_000;
/** A large file, to a machine that is busy. */
const downloadMsMax = 300_000;
const downMs = 3_000;
const betweenMs = 20;
/** The exit status of what may be tried again. */
const unavailableExit = 75;
const turnsMax = 20;
const turnPauseMs = 1_000;

/** Gives one line for each upload, about what happened. */
export async function uploadWhileLeaderDies(
  cluster: RealCluster,
  options: {
    readonly folder: string;
    readonly bytes: number;
    readonly seed: number;
    readonly through: "a follower" | "the leader";
  },
): Promise<string> {
  const { bytes, seed, through } = options;
  const leader = await cluster.leader();
  assert(leader !== null, "the cluster has a leader");
  const follower = cluster.nodes.find((node) => node !== leader);
  const taker = through === "the leader" ? leader : (follower ?? leader);
  const file = join(options.folder, `${randomUUID()}.pdf`);
  const maker = join(import.meta.dirname, "large-file.ts");
  const { stdout: sha256 } = await promisify(execFile)(process.execPath, [
    maker,
    file,
    String(bytes),
    String(seed),
  ]);
  const teacher = new ApiClient({ urls: cluster.urls, tokens: cluster.school.teacherTokens });
  try {
    const code = randomUUID().slice(0, 8);
    const course = await command(teacher, "courses/create-course", { code, term: "Storm", title: "Files" });
    const courseId = String(course.courseId);
    const start = performance.now();
    const before = bytesUnder(join(taker.folder, "blobs"));
    const sending = send(cluster, { taker, file, courseId, folder: options.folder });
    let hasEnded = false;
    // Whether it failed is looked at below; here it only ends the waiting.
    const ended = () => {
      hasEnded = true;
    };
    sending.then(ended, ended);
    let arrived = 0;
    while (arrived < bytes / 4 && !hasEnded) {
      await sleep(betweenMs);
      arrived = bytesUnder(join(taker.folder, "blobs")) - before;
    }
    if (hasEnded) await sending;
    assert(!hasEnded, "the leader is killed while the file is on its way");
    await leader.kill();
    const killedAt = performance.now() - start;
    await sleep(downMs);
    await leader.start();
    await sending;
    const tookMs = performance.now() - start;
    const material = await onlyMaterial(teacher, courseId);
    for (const [place, node] of cluster.nodes.entries())
      await checkDownload(teacher, place, node, { material, sha256 });
    return (
      `upload of ${Math.round(bytes / 1e6)} MB through ${through}, leader killed after ${(killedAt / 1_000).toFixed(1)} s ` +
      `(${Math.round(arrived / 1e6)} MB had arrived): finished after ${(tookMs / 1_000).toFixed(1)} s, whole on every node`
    );
  } finally {
    teacher.close();
    fs.rmSync(file);
  }
}

/** Gives the command again as the command line itself advises when an upload broke off: it goes on where it stopped. */
async function send(
  cluster: RealCluster,
  wish: {
    readonly taker: RealNode;
    readonly file: string;
    readonly courseId: string;
    readonly folder: string;
  },
): Promise<void> {
  const { taker, file, courseId, folder } = wish;
  const words = ["materials", "course-material-upload", "--course-id", courseId];
  const env = {
    ...environment(),
    LYCEUM_URL: taker.httpUrl,
    LYCEUM_TOKEN: cluster.school.teacherTokens[0],
    XDG_CONFIG_HOME: join(folder, "config"),
  };
  for (let turn = 1; ; turn++) {
    try {
      await promisify(execFile)(
        process.execPath,
        [programFile, ...words, "--title", "A large file", "--published", "--file", file, "--quiet"],
        { env, timeout: uploadMsMax },
      );
      return;
    } catch (error) {
      if (turn === turnsMax || (error as { code?: unknown }).code !== unavailableExit) throw error;
      await sleep(turnPauseMs);
    }
  }
}

function bytesUnder(folder: string): number {
  let sum = 0;
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const facts = fs.statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
    if (facts?.isFile() === true) sum += facts.size;
  }
  return sum;
}

async function onlyMaterial(client: ApiClient, courseId: string): Promise<string> {
  const answer = await client.ask({ path: "materials/get-course-contents", input: { courseId }, patienceMs });
  const items = bodyOf("materials/get-course-contents", answer).items as JsonObject[];
  assert(items.length === 1, `the course has the file once, not ${items.length} times`);
  return String(items[0]?.materialId);
}

async function checkDownload(
  client: ApiClient,
  place: number,
  node: RealNode,
  wanted: { readonly material: string; readonly sha256: string },
): Promise<void> {
  const asked = {
    path: "materials/get-course-material",
    input: { materialId: wanted.material },
    patienceMs,
    onlyNode: place,
    accept: "application/json",
  };
  const { url } = bodyOf("materials/get-course-material", await client.ask(asked));
  const response = await fetch(new URL(String(url), node.httpUrl), {
    signal: AbortSignal.timeout(downloadMsMax),
  });
  assert(response.ok && response.body !== null, `${node.name} hands out the file: ${response.status}`);
  const hash = createHash("sha256");
  for await (const piece of response.body) hash.update(piece);
  assert(hash.digest("hex") === wanted.sha256, `${node.name} hands out the same bytes`);
}
