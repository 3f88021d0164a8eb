/**
 * Somebody who has left something in every slice is erased, on a single node and on three. When what goes by its age has
 * gone, and each node has been started anew, nothing of them is in any byte of any data folder: no name, no address, no
 * word, no file; and their id in the audit trail alone.
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "#base/clock.ts";
import { tablesOf } from "#engines/store/port.ts";
import { openTestCluster, type TestCluster } from "../src/app/testing/test-cluster.ts";
import { erase, type LeftBehind, leaderOf, liveInSchool } from "./erase/person.ts";
import { countOf, searchFolder } from "./erase/search.ts";

const day = 24 * 3_600_000;
/** After the longest time that anything but the audit trail is kept for. */
const laterMs = 40 * day;
const patienceMs = 60_000;

export async function prove({
  count,
  seed,
  print,
}: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const rounds = Math.max(1, Math.round(count / 100));
  // Three nodes hold all that one holds, and what they send each other: for a sample they will do.
  const isSample = count < 100;
  for (const nodes of isSample ? [3] : [1, 3])
    for (let round = 0; round < rounds; round++)
      print(await proveOn(nodes, `Xanthe${(seed + round).toString(36)}q7`));
}

async function proveOn(nodes: number, mark: string): Promise<string> {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const logged: string[] = [];
  const cluster = await openTestCluster({
    clock,
    log: (_level, message, facts) => void logged.push(`${message} ${JSON.stringify(facts ?? {})}`),
  });
  try {
    for (const name of ["b", "c"].slice(0, nodes - 1)) await cluster.add(name);
    await cluster.settled(nodes);
    const person = await liveInSchool(cluster, mark);
    await untilIndexed(cluster, mark);
    const before = searchFolder(cluster.folder, person.words);
    for (const part of ["state.db", "log", "blobs", "outbox", "text-index"])
      assert(
        [...before.places.keys()].some((place) => place.includes(part)),
        `before, the words stand in ${part}`,
      );
    const report = await erase(cluster, person);
    assert(!JSON.stringify(report.shares).includes(mark), "the report names nobody");

    aheadMs = laterMs;
    // A first start trims what is old by now; a second one writes the store anew.
    await restartInTurn(cluster, nodes);
    await untilTrimmed(cluster);
    await untilWished(cluster);
    await restartTogether(cluster, nodes);
    const members = [...cluster.members];
    for (const member of members) await cluster.stop(member);

    const words = [...person.words, person.email];
    const after = searchFolder(cluster.folder, words);
    assert.deepEqual([...after.places], [], "no byte of any file holds a word of theirs");
    const logs = logged.filter((line) => words.some((word) => line.includes(word)));
    assert.deepEqual(logs, [], "no line of the log does");
    const withId = [...searchFolder(cluster.folder, [person.id]).places.keys()];
    // A node that was behind when the others began may have been given a snapshot, which is a copy of the database.
    const databases = withId.filter((place) => place.endsWith("state.db"));
    const snapshots = withId.filter((place) => /[\\/]snapshots[\\/][^\\/]+\.db$/.test(place));
    assert.equal(databases.length, nodes, `the id stands in each database: ${withId.join(", ")}`);
    assert.equal(
      databases.length + snapshots.length,
      withId.length,
      `and nowhere else: ${withId.join(", ")}`,
    );
    const [ids = 0] = [...databases, ...snapshots].map((place) =>
      idsInAudit(join(cluster.folder, place), person),
    );
    assertShared(cluster.folder, person);
    const removed = (report.shares as { removed: number }[]).reduce((sum, share) => sum + share.removed, 0);
    return (
      `erasing on ${nodes === 1 ? "one node" : `${nodes} nodes`}: ${removed} rows gone; ${after.files} files of ` +
      `${Math.round(after.bytes / 1e6)} MB searched, words in ${before.places.size} of them before, in 0 after; ` +
      `the id ${ids} times in the audit trail, nowhere else`
    );
  } finally {
    await cluster.close();
  }
}

/** Each node in turn: people go on working. */
async function restartInTurn(cluster: TestCluster, nodes: number): Promise<void> {
  for (const member of [...cluster.members]) {
    await cluster.stop(member);
    await cluster.start(member.name, member.config);
    await cluster.settled(nodes);
  }
}

/** The school is shut and opened again. */
async function restartTogether(cluster: TestCluster, nodes: number): Promise<void> {
  const members = [...cluster.members];
  for (const member of members) await cluster.stop(member);
  await Promise.all(members.map(({ name, config }) => cluster.start(name, config)));
  await cluster.settled(nodes);
}

async function untilIndexed(cluster: TestCluster, mark: string): Promise<void> {
  await until("every node has indexed the query", () =>
    cluster.members.every(({ name }) => {
      const places = searchFolder(join(cluster.folder, name, "text-index"), [mark]).places;
      return places.size > 0;
    }),
  );
}

/** Nothing is left that is older than it may be, and no file waits for its collection. */
async function untilTrimmed(cluster: TestCluster): Promise<void> {
  const { store } = leaderOf(cluster).node.kernel;
  type Tables = Record<"receipts" | "blobs", Record<string, number>>;
  const before = systemClock.now() + day;
  await until("what is old has been trimmed", async () => {
    const { value } = await store.read(async (database) => {
      const db = tablesOf<Tables>(database);
      const rows = [
        ...(await db.selectFrom("receipts").select("at").where("at", "<", before).limit(1).execute()),
        ...(await db
          .selectFrom("blobs")
          .select("released_at")
          .where("released_at", "<", before)
          .limit(1)
          .execute()),
      ];
      return rows.length;
    });
    return value === 0;
  });
}

/** Every node has noted that its files are to be written anew, for what was trimmed meanwhile too. */
async function untilWished(cluster: TestCluster): Promise<void> {
  await until("every node wishes to be written anew", () =>
    cluster.members.every(({ name }) =>
      fs.existsSync(join(cluster.folder, name, "store", "compact-at-start")),
    ),
  );
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`not in time: ${what}`);
    await sleep(50);
  }
}

/**
 * How often the id stands in a database. Fails where that is more often than in a copy that holds nothing but
 * rows, and where it is in any row but those of the audit trail.
 */
function idsInAudit(file: string, { id }: LeftBehind): number {
  const copy = `${file}.copy`;
  const found = countOf(fs.readFileSync(file), id);
  const database = new DatabaseSync(file);
  database.prepare("vacuum into ?").run(copy);
  database.close();
  assert.equal(found, countOf(fs.readFileSync(copy), id), "the id stands in no page that holds no row of it");
  const withoutAudit = new DatabaseSync(copy);
  withoutAudit.exec(
    "pragma journal_mode = delete; delete from audit_entries; delete from audit_subjects; vacuum",
  );
  withoutAudit.close();
  assert.equal(countOf(fs.readFileSync(copy), id), 0, "without the audit trail, the id stands nowhere");
  fs.rmSync(copy);
  return found;
}

/** What others handed in too is still there. */
function assertShared(folder: string, { sharedFile }: LeftBehind): void {
  const { places } = searchFolder(folder, [sharedFile]);
  assert(
    [...places.keys()].some((place) => place.includes("blobs")),
    "a file of somebody else's stays",
  );
}
