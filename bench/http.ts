/**
 * The HTTP door against bare Fastify: a command (session, policy, transaction, receipt, audit, durable log) against a
 * POST that parses and validates the same JSON, and a read (session, policy, snapshot) against a GET of a constant.
 * Each server and the load have processes of their own; rounds alternate, and the medians of the ratios count.
 */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const roundMs = 4_000;
const sampleMs = 1_000;

interface Served {
  readonly url: string;
  readonly token?: string;
  readonly courseId?: string;
}

interface Load {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly token: string | null;
}

interface Figures {
  readonly perSecond: number;
  readonly p99Ms: number;
}

export async function bench(options: {
  readonly rounds: number;
  readonly sample?: boolean;
  readonly print: (line: string) => void;
}): Promise<void> {
  const { rounds, print } = options;
  const durationMs = options.sample === true ? sampleMs : roundMs;
  const folder = await mkdtemp(join(tmpdir(), "lyceum-bench-http-"));
  const children: ChildProcess[] = [];
  try {
    const ours = await serve(children, "ours.ts", join(folder, "data"));
    const bare = await serve(children, "bare.ts");
    const token = ours.token ?? null;
    const pairs: readonly (readonly [string, number, Load, Load])[] = [
      [
        "command, 64 connections",
        0.4,
        { url: `${ours.url}/api/v1/courses/create-course`, method: "POST", token },
        { url: `${bare.url}/command`, method: "POST", token: null },
      ],
      [
        "read, 64 connections",
        0.4,
        { url: `${ours.url}/api/v1/courses/get-course?courseId=${ours.courseId}`, method: "GET", token },
        { url: `${bare.url}/read`, method: "GET", token: null },
      ],
    ];
    for (const [name, aim, mine, theirs] of pairs) {
      await load(mine, sampleMs);
      await load(theirs, sampleMs);
      const figures: { readonly mine: Figures; readonly theirs: Figures }[] = [];
      for (let round = 0; round < rounds; round++)
        figures.push({ mine: await load(mine, durationMs), theirs: await load(theirs, durationMs) });
      const ratio = median(figures.map((pair) => pair.mine.perSecond / pair.theirs.perSecond));
      const rate = (side: "mine" | "theirs") =>
        median(figures.map((pair) => pair[side].perSecond)).toFixed(0);
      print(
        `${name}: ${ratio.toFixed(2)} of bare Fastify (aim ≥ ${aim}); ours ${rate("mine")}/s, ` +
          `p99 ${median(figures.map((pair) => pair.mine.p99Ms)).toFixed(0)} ms; bare ${rate("theirs")}/s`,
      );
    }
  } finally {
    for (const child of children) await stop(child);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a server beside this process; gives what it says of itself once it listens. */
function serve(children: ChildProcess[], file: string, ...words: readonly string[]): Promise<Served> {
  const child = fork(join(import.meta.dirname, "http", file), [...words]);
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as Served));
    child.once("exit", (code) => reject(new Error(`${file} ended with ${code} before it listened`)));
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || !child.connected) return resolve();
    child.once("exit", () => resolve());
    child.disconnect();
  });
}

async function load(wish: Load, durationMs: number): Promise<Figures> {
  const program = join(import.meta.dirname, "http", "load.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    JSON.stringify({ ...wish, durationMs }),
  ]);
  return JSON.parse(stdout) as Figures;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) /
    2
  );
}
