/**
 * A large school day: how long the most used reads and commands take through HTTP with 20,000 people, 1,000 courses and
 * 2,000,000 submissions, one call after the other; which statement of all of them was the slowest, and its plan; how
 * long the node took to start; what is on the disk. There is no peer to run beside it, so the figures are absolute, and
 * mean what the machine means.
 *
 *   npm run bench -- school                         a small school, made on the way (60 people)
 *   LYCEUM_SCHOOL=./big npm run bench -- school     one that `npm run seed` made; calls change it a little
 *   LYCEUM_SCHOOL_DATABASE=postgres://…             where its rows are in PostgreSQL
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slices } from "#app/slices.ts";
import { present } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import { createRegistry } from "#kernel/registry.ts";
import { asksOf, type Call } from "./school/asks.ts";
import { type MadeSchool, seedSchool, sizeOf } from "./school/seed.ts";
import type { Statement } from "./school/statements.ts";

const samplePeople = 60;

export async function bench({ print }: { readonly print: (line: string) => void }): Promise<void> {
  const named = process.env.LYCEUM_SCHOOL;
  const databaseUrl = process.env.LYCEUM_SCHOOL_DATABASE ?? null;
  const folder = named ?? (await mkdtemp(join(tmpdir(), "lyceum-bench-school-")));
  try {
    if (named === undefined)
      await seedSchool({
        data: folder,
        databaseUrl,
        size: { ...sizeOf(samplePeople), assignments: 6, materials: 4, queries: 4 },
        seed: 1,
        print: () => {},
      });
    const school = JSON.parse(await readFile(join(folder, "school.json"), "utf8")) as MadeSchool;
    await measure({ school, folder, databaseUrl, print });
  } finally {
    if (named === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function measure({
  school,
  folder,
  databaseUrl,
  print,
}: {
  readonly school: MadeSchool;
  readonly folder: string;
  readonly databaseUrl: string | null;
  readonly print: (line: string) => void;
}): Promise<void> {
  const { people, courses, studentsPerCourse, assignments } = school.size;
  print(
    `${people} people, ${courses} courses with up to ${studentsPerCourse} students, ${assignments} assignments handed in in each; ${school.rows} rows`,
  );
  print(`on the disk before: ${megabytes(await bytesIn(folder))}`);
  const began = performance.now();
  const server = await serve(folder, databaseUrl);
  try {
    print(`start-up to the first answer: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    const call = caller(server.url, school.password);
    await indexBuilt(call, school, print);
    print(`${"operation".padEnd(32)} calls   p50 ms   p99 ms`);
    server.child.send("watch");
    for (const { operation, inputs } of await asksOf(school, call)) {
      const times: number[] = [];
      for (const { email, input } of inputs) times.push((await call.timed(email, operation, input)).ms);
      times.sort((a, b) => a - b);
      const at = (share: number) =>
        (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
      print(
        `${operation.padEnd(32)} ${String(times.length).padStart(5)} ${at(0.5).padStart(8)} ${at(0.99).padStart(8)}`,
      );
    }
    const slowest = await server.slowest();
    if (slowest !== null) {
      print(`slowest statement: ${slowest.ms.toFixed(1)} ms, ${slowest.sql.replaceAll(/\s+/g, " ")}`);
      for (const line of slowest.plan) print(`    ${line}`);
    }
  } finally {
    await server.close();
  }
  print(`on the disk after: ${megabytes(await bytesIn(folder))}`);
}

/** The words of the school are found once each node has read them; that is derived, and made anew after seeding. */
async function indexBuilt(call: Call, school: MadeSchool, print: (line: string) => void): Promise<void> {
  const began = performance.now();
  for (;;) {
    const state = await call<{
      position: number;
      feedPosition: number;
      entries: number;
      queuedFiles: number;
      bytes: number;
    }>(school.admin, "search.getIndexState", {});
    if (state.position >= state.feedPosition && state.queuedFiles === 0) {
      print(
        `search index: ${state.entries} entries, ${megabytes(state.bytes)}, ready ${((performance.now() - began) / 1_000).toFixed(1)} s later`,
      );
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
  slowest(): Promise<Statement | null>;
  close(): Promise<void>;
}

async function serve(folder: string, databaseUrl: string | null): Promise<Server> {
  const child = fork(join(import.meta.dirname, "school/serve.ts"), [folder, databaseUrl ?? ""]);
  const next = <Message>() =>
    new Promise<Message>((resolve, reject) => {
      child.once("message", (message) => resolve(message as Message));
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    });
  const { url } = await next<{ url: string }>();
  return {
    url,
    child,
    async slowest() {
      child.send("slowest");
      return (await next<{ slowest: Statement | null }>()).slowest;
    },
    async close() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await gone;
    },
  };
}

/** Calls over HTTP, signing people in as they come up. */
function caller(url: string, password: string) {
  const routes = new Map(createRegistry(slices).operations.map((each) => [each.name, each]));
  const tokens = new Map<string, string>();

  async function ask(
    operation: string,
    input: JsonObject,
    token: string | null,
  ): Promise<{ body: string; ms: number }> {
    const { method, path } = present(routes.get(operation), `the operation ${operation}`);
    const isRead = method === "GET";
    const search = isRead
      ? `?${new URLSearchParams(Object.entries(input).map(([name, value]): [string, string] => [name, String(value)]))}`
      : "";
    const began = performance.now();
    const response = await fetch(`${url}${path}${search}`, {
      method,
      headers: {
        ...(isRead ? {} : { "content-type": "application/json" }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(isRead ? {} : { body: JSON.stringify(input) }),
    });
    const body = await response.text();
    const ms = performance.now() - began;
    if (!response.ok)
      throw new Error(
        `${operation} with ${JSON.stringify(input).slice(0, 300)} was answered ${response.status}: ${body}`,
      );
    return { body, ms };
  }

  async function timed(email: string, operation: string, input: JsonObject) {
    let token = tokens.get(email);
    if (token === undefined) {
      const { body } = await ask("identity.signIn", { email, password }, null);
      token = (JSON.parse(body) as { token: string }).token;
      tokens.set(email, token);
    }
    return ask(operation, input, token);
  }

  const call = async <Output>(email: string, operation: string, input: JsonObject) =>
    JSON.parse((await timed(email, operation, input)).body) as Output;
  return Object.assign(call, { timed });
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((each) => each.isFile()).map((each) => stat(join(each.parentPath, each.name)));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
