/** A store of one node in a process of its own, which works when its parent says so. Runs on the tree that it lies in. */
import { assert, present } from "#base/assert.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { countSubmitted, migration, work } from "./work.ts";

const store = await openSqliteStore({ folder: present(process.argv[2], "a folder for the store") });
await store.migrate([migration]);
let done = 0;

process.on("message", (wish: { clients: number; durationMs: number; valueBytes: number }) => {
  void answer(wish);
});
process.on("disconnect", () => void store.close().then(() => process.exit(0)));
process.send?.("ready");

async function answer(wish: { clients: number; durationMs: number; valueBytes: number }): Promise<void> {
  const before = process.cpuUsage();
  const figures = await work(store, wish);
  const { user, system } = process.cpuUsage(before);
  done += figures.count;
  assert((await countSubmitted(store)) === done, "every answered command counts once");
  process.send?.({ ...figures, cpuMs: (user + system) / 1_000 / figures.count });
}
