/** The life of keys: rotation logs nobody out, a stolen database opens nothing, old keys go when nothing needs them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import {
  addKey,
  createKeyring,
  dropOldKeys,
  type KernelKeysTable,
  keyringMigrations,
  settleMs,
  tokenLifetimeMsMax,
} from "./keyring.ts";
import { createTokenSealer } from "./tokens.ts";

const dayMs = 24 * 3_600_000;

/** A node of the school: its own view of the ring over the store that all share. */
function node(
  store: Pick<Store, "read" | "write">,
  clock: ManualClock,
  seed: number,
  masterKey = seededRandom(99).bytes(32),
) {
  const random = seededRandom(seed);
  return createTokenSealer({ keyring: createKeyring({ store, masterKey, clock, random }), random });
}

function keyIdOf(token: string): string {
  const [header = ""] = token.split(".");
  return (JSON.parse(Buffer.from(header, "base64url").toString()) as { kid: string }).kid;
}

function rowsOf(store: Store): Promise<KernelKeysTable[]> {
  return store
    .read((database) =>
      tablesOf<{ kernel_keys: KernelKeysTable }>(database).selectFrom("kernel_keys").selectAll().execute(),
    )
    .then(({ value }) => value);
}

eachEngine("the ring of keys", (engine) => {
  const open = async (t: Parameters<typeof engine.open>[0]) => {
    const clock = new ManualClock();
    return { clock, store: await engine.open(t, { clock, migrations: keyringMigrations }) };
  };

  test("what one node seals another opens, for its purpose and until its expiry", async (t) => {
    const { clock, store } = await open(t);
    const [a, b] = [node(store, clock, 1), node(store, clock, 2)];
    const expiresAt = clock.now() + 1_000;
    const [first, second] = await Promise.all([
      a.seal("session", { sid: "s1" }, expiresAt),
      b.seal("session", { sid: "s2" }, expiresAt),
    ]);
    assert.equal(keyIdOf(first), keyIdOf(second), "both at once make one first key");
    assert.deepEqual(await b.open("session", first, clock.now()), { sid: "s1" });
    assert.deepEqual(await a.open("session", second, clock.now()), { sid: "s2" });
    assert.equal(await b.open("invitation", first, clock.now()), null);
    assert.deepEqual(await b.open("session", first, expiresAt - 1), { sid: "s1" });
    assert.equal(await b.open("session", first, expiresAt), null, "remembered, but expired");
    assert.equal(await b.open("session", `${first.slice(0, -4)}AAAA`, clock.now()), null);
    assert.equal(await b.open("session", "x".repeat(100_000), clock.now()), null);
  });

  test("a rotation logs nobody out, before, while and after the new key takes over", async (t) => {
    const { clock, store } = await open(t);
    const [a, b] = [node(store, clock, 1), node(store, clock, 2)];
    const forYear = () => clock.now() + 365 * dayMs;
    const old = await a.seal("session", { sid: "old" }, forYear());
    await b.open("session", old, clock.now());

    await store.write(({ database }) => addKey(database, a.newKey(clock.now()), clock.now()));
    const settling = await a.seal("session", { sid: "settling" }, forYear());
    assert.equal(
      keyIdOf(settling),
      keyIdOf(old),
      "the new key does not seal before all nodes had time to hear of it",
    );

    // One more millisecond, since both keys were made at the same one.
    clock.advance(settleMs + 1);
    const fresh = await a.seal("session", { sid: "fresh" }, forYear());
    assert.notEqual(keyIdOf(fresh), keyIdOf(old));
    // b has not looked at the ring since: it meets an unknown key id and looks again.
    assert.deepEqual(await b.open("session", fresh, clock.now()), { sid: "fresh" });
    for (const sealer of [a, b, node(store, clock, 3)]) {
      assert.deepEqual(await sealer.open("session", old, clock.now()), { sid: "old" });
      assert.deepEqual(await sealer.open("session", settling, clock.now()), { sid: "settling" });
    }
  });

  test("an old key is dropped only when nothing it sealed can be valid", async (t) => {
    const { clock, store } = await open(t);
    const sealer = node(store, clock, 1);
    await sealer.seal("session", {}, clock.now() + 1_000);
    await store.write(({ database }) => addKey(database, sealer.newKey(clock.now()), clock.now()));
    // The last moment at which the first key may still be the one that seals.
    clock.advance(settleMs);
    const last = await sealer.seal("session", { sid: "last" }, clock.now() + tokenLifetimeMsMax);
    const drop = async () => (await store.write(({ database }) => dropOldKeys(database, clock.now()))).value;

    clock.advance(tokenLifetimeMsMax - 1);
    assert.equal(await drop(), 0);
    assert.deepEqual(await node(store, clock, 2).open("session", last, clock.now()), { sid: "last" });
    clock.advance(settleMs + 2);
    assert.equal(await drop(), 1);
    assert.equal((await rowsOf(store)).length, 1);
    assert.equal(await drop(), 0, "the key in use never goes, however old");
    clock.advance(10 * tokenLifetimeMsMax);
    assert.equal(await drop(), 0);
  });

  test("a token may not outlive its key", async (t) => {
    const { clock, store } = await open(t);
    await assert.rejects(
      node(store, clock, 1).seal("session", {}, clock.now() + tokenLifetimeMsMax + 1),
      /outlive/,
    );
  });

  test("the store alone opens nothing: another master key is named, rows hold no key in clear", async (t) => {
    const { clock, store } = await open(t);
    const token = await node(store, clock, 1).seal("session", { sid: "s1" }, clock.now() + 1_000);
    const [row] = await rowsOf(store);
    assert.equal(Buffer.from(row?.locked ?? "", "base64url").length, 12 + 32 + 16);
    const thief = node(store, clock, 2, seededRandom(5).bytes(32));
    await assert.rejects(thief.open("session", token, clock.now()), /master\.key/);
    await assert.rejects(thief.seal("session", {}, clock.now() + 1), /master\.key/);
  });

  test("a key that was moved to another row does not open", async (t) => {
    const { clock, store } = await open(t);
    const token = await node(store, clock, 1).seal("session", {}, clock.now() + 1_000);
    await store.write(({ database }) =>
      tablesOf<{ kernel_keys: KernelKeysTable }>(database)
        .updateTable("kernel_keys")
        .set({ id: "01890000-0000-7000-8000-000000000000" })
        .execute(),
    );
    const fresh = node(store, clock, 2);
    await assert.rejects(fresh.open("session", token, clock.now()), /master\.key/);
  });

  test("made-up key ids do not send every call to the store", async (t) => {
    const { clock, store } = await open(t);
    let reads = 0;
    const counted: Pick<Store, "read" | "write"> = {
      read: (work, options) => {
        reads++;
        return store.read(work, options);
      },
      write: (work) => store.write(work),
    };
    const sealer = node(counted, clock, 1);
    const token = await sealer.seal("session", {}, clock.now() + 1_000_000);
    const before = reads;
    for (let index = 0; index < 50; index++) {
      const header = { alg: "dir", enc: "A256GCM", kid: `made-up-${index}`, typ: "session" };
      const forged =
        Buffer.from(JSON.stringify(header)).toString("base64url") + token.slice(token.indexOf("."));
      assert.equal(await sealer.open("session", forged, clock.now()), null);
      clock.advance(100);
    }
    assert(reads - before <= 6, `${reads - before} reads in five seconds`);
  });
});

test("fingerprints are equal for equal texts, and other under another master key", async () => {
  const clock = new ManualClock();
  const unread = {
    read: () => Promise.reject(new Error("fingerprints need no store")),
    write: () => Promise.reject(new Error("fingerprints need no store")),
  };
  const ring = (seed: number) =>
    createKeyring({ store: unread, masterKey: seededRandom(seed).bytes(32), clock, random: seededRandom(1) });
  assert.equal(ring(1).fingerprint("text"), ring(1).fingerprint("text"));
  assert.notEqual(ring(1).fingerprint("text"), ring(1).fingerprint("texT"));
  assert.notEqual(ring(1).fingerprint("text"), ring(2).fingerprint("text"));
});
