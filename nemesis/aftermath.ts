/**
 * After the storm: waits until all nodes have come to the same position, reads from every one of them what the clients
 * wrote, and compares the databases row by row while all nodes stand still.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import { currentGeneration, pathsOf } from "#engines/store/sqlite/folder.ts";
import { ApiClient } from "./api-client.ts";
import type { FinalState } from "./checker.ts";
import type { History } from "./history.ts";
import type { RealCluster } from "./real-cluster.ts";
import type { RealNode } from "./real-node.ts";
import { bodyOf } from "./school.ts";

const calmMsMax = 300_000;
const patienceMs = 60_000;
const betweenMs = 200;

/** Resolves when all nodes are ready and stand at the same position; rejects when that does not come. */
export async function untilConverged(cluster: RealCluster): Promise<void> {
  const until = performance.now() + calmMsMax;
  let seen = "";
  for (;;) {
    const states = await Promise.all(cluster.nodes.map(readiness));
    const [first] = states;
    if (states.every(({ status, position }) => status === "ready" && position === first?.position)) return;
    seen = cluster.nodes.map(({ name }, place) => `${name} ${JSON.stringify(states[place])}`).join(", ");
    assert(performance.now() < until, `all nodes come to the same position within five minutes: ${seen}`);
    await sleep(betweenMs);
  }
}

async function readiness(node: RealNode): Promise<{ readonly status: string; readonly position: number }> {
  try {
    const response = await fetch(`${node.httpUrl}/readyz`, { signal: AbortSignal.timeout(5_000) });
    const { status, position = -1 } = (await response.json()) as { status: string; position?: number };
    return { status, position };
  } catch (error) {
    return { status: error instanceof Error ? error.message : String(error), position: -1 };
  }
}

/** What stands there at the end, read from every node; adds a finding where two nodes differ. */
export async function finalState(cluster: RealCluster, history: History): Promise<FinalState> {
  const keys = [...new Set(history.operations.map(({ input }) => input.key))];
  const courses = [...new Set(history.posts.map(({ place }) => place))];
  const states: FinalState[] = [];
  for (const [place, node] of cluster.nodes.entries()) {
    const registers = new Map<string, string | null>();
    const posts = new Map<string, readonly string[]>();
    const admin = clientOf(cluster, cluster.school.adminTokens);
    const teacher = clientOf(cluster, cluster.school.teacherTokens);
    for (const key of keys) {
      // The first node is asked for the newest there is, the others for what they have.
      const input: JsonObject = place === 0 ? { key, strong: true } : { key };
      const body = await read(admin, place, "cluster/read-probe", input);
      registers.set(key, typeof body.value === "string" ? body.value : null);
    }
    for (const courseId of courses) posts.set(courseId, await titlesIn(teacher, place, courseId));
    const state = { registers, posts };
    const [first] = states;
    if (first !== undefined && textOf(first) !== textOf(state))
      history.findings.push(`${node.name} answers differently from ${cluster.nodes[0]?.name} at the end`);
    states.push(state);
    for (const client of [admin, teacher]) client.close();
  }
  const [first] = states;
  assert(first !== undefined, "a cluster has a node");
  return first;
}

function clientOf(cluster: RealCluster, tokens: readonly string[]): ApiClient {
  return new ApiClient({ urls: cluster.urls, tokens });
}

async function read(
  client: ApiClient,
  onlyNode: number,
  path: string,
  input: JsonObject,
): Promise<JsonObject> {
  return bodyOf(path, await client.ask({ path, input, patienceMs, onlyNode }));
}

async function titlesIn(client: ApiClient, node: number, courseId: string): Promise<string[]> {
  const titles: string[] = [];
  let cursor: string | null = null;
  do {
    const input: JsonObject = { courseId, limit: 100, cursor };
    const body = await read(client, node, "courses/list-announcements", input);
    for (const item of body.items as JsonObject[]) titles.push(String(item.title));
    cursor = typeof body.nextCursor === "string" ? body.nextCursor : null;
  } while (cursor !== null);
  return titles;
}

function textOf({ registers, posts }: FinalState): string {
  return JSON.stringify([...registers, ...posts]);
}

export interface Comparison {
  readonly tables: number;
  readonly rows: number;
  /** The position at which all were compared. */
  readonly position: number;
  /** Each a sentence about a table that differs. */
  readonly differences: readonly string[];
}

/** Compares every row of every replicated table, with all nodes halted at the same position. */
export async function compareDatabases(cluster: RealCluster): Promise<Comparison> {
  const until = performance.now() + calmMsMax;
  for (;;) {
    await untilConverged(cluster);
    for (const node of cluster.nodes) node.pause();
    try {
      const copies = cluster.nodes.map(contentOf);
      const [first] = copies;
      assert(first !== undefined, "a cluster has a node");
      if (copies.every(({ position }) => position === first.position)) return compared(cluster, copies);
    } finally {
      for (const node of cluster.nodes) node.resume();
    }
    assert(performance.now() < until, "all nodes can be halted at the same position");
    await sleep(betweenMs);
  }
}

interface Content {
  readonly position: number;
  readonly tables: ReadonlyMap<string, { readonly rows: number; readonly hash: string }>;
}

function contentOf(node: RealNode): Content {
  const folder = join(node.folder, "store");
  const generation = currentGeneration(folder);
  assert(generation !== null, `${node.name} has a database`);
  const database = new DatabaseSync(pathsOf(folder, generation).database, { readOnly: true });
  try {
    database.exec("BEGIN");
    const { applied } = database.prepare("SELECT applied FROM _meta").get() as { applied: number };
    // Tables with a leading underscore are each node's own.
    const names = database
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 1) <> '_' ORDER BY name",
      )
      .all() as { name: string }[];
    const tables = new Map(names.map(({ name }) => [name, hashOfTable(database, name)]));
    return { position: applied, tables };
  } finally {
    database.close();
  }
}

function hashOfTable(database: DatabaseSync, name: string): { rows: number; hash: string } {
  const columns = database.prepare(`PRAGMA table_info("${name}")`).all() as { name: string; pk: number }[];
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  const order = key.map((column) => `"${column.name}"`).join(", ");
  const statement = database.prepare(`SELECT * FROM "${name}" ORDER BY ${order}`);
  statement.setReadBigInts(true);
  const hash = createHash("sha256");
  let rows = 0;
  for (const row of statement.iterate()) {
    rows++;
    hash.update(JSON.stringify(row, plain));
  }
  return { rows, hash: hash.digest("hex") };
}

function plain(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}

function compared(cluster: RealCluster, copies: readonly Content[]): Comparison {
  const [first] = copies;
  assert(first !== undefined, "a cluster has a node");
  const differences: string[] = [];
  for (const [place, copy] of copies.entries()) {
    const names = new Set([...first.tables.keys(), ...copy.tables.keys()]);
    for (const name of names) {
      const [mine, theirs] = [first.tables.get(name), copy.tables.get(name)];
      if (mine?.hash !== theirs?.hash)
        differences.push(
          `the table ${name} of ${cluster.nodes[place]?.name} (${theirs?.rows ?? "no"} rows) differs from that of ${cluster.nodes[0]?.name} (${mine?.rows ?? "no"} rows)`,
        );
    }
  }
  const rows = [...first.tables.values()].reduce((sum, table) => sum + table.rows, 0);
  return { tables: first.tables.size, rows, position: first.position, differences };
}
