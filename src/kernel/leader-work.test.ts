/** What one node does for all begins and ends with its leadership, and never runs twice at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Background, createLeaderWork } from "./leader-work.ts";
import type { Leadership } from "./leadership.ts";

/** Leadership that the test hands out. */
class GivenLeadership implements Leadership {
  readonly selfId = "a";
  isLeader = false;
  leaderId: string | null = null;
  leaderlessSince: number | null = 0;
  readonly #listeners = new Set<() => void>();

  set(isLeader: boolean): void {
    this.isLeader = isLeader;
    for (const listener of [...this.#listeners]) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      const once = this.onChange(() => {
        once();
        resolve();
      });
    });
  }

  close(): void {}
}

function recorded(options: { readonly failures?: number; readonly leadership: Leadership | null }) {
  const events: string[] = [];
  let left = options.failures ?? 0;
  let terms = 0;
  const work = createLeaderWork({
    leadership: options.leadership,
    log: () => {},
    async begin(): Promise<Background> {
      if (left-- > 0) throw new Error("the disk is full");
      const term = ++terms;
      events.push(`begin ${term}`);
      return {
        start: () => void events.push(`start ${term}`),
        settle: async () => void events.push(`settle ${term}`),
        close: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          events.push(`close ${term}`);
        },
      };
    },
  });
  return { events, work };
}

const passed = () => new Promise((resolve) => setImmediate(resolve));

test("alone it works from the start to the end", async () => {
  const { events, work } = recorded({ leadership: null });
  work.start();
  await work.settle();
  await work.close();
  assert.deepEqual(events, ["begin 1", "start 1", "settle 1", "close 1"]);
});

test("it works while it leads, and anew each time", async () => {
  const leadership = new GivenLeadership();
  const { events, work } = recorded({ leadership });
  work.start();
  await work.settle();
  assert.deepEqual(events, []);
  leadership.set(true);
  await passed();
  assert.deepEqual(events, ["begin 1", "start 1"]);
  // Lost and won again before anything could end: the end of one term still comes before the beginning of the next.
  leadership.set(false);
  leadership.set(true);
  await passed();
  await passed();
  const twice = ["begin 1", "start 1", "close 1", "begin 2", "start 2"];
  assert.deepEqual(events, twice);
  await work.close();
  leadership.set(true);
  await passed();
  assert.deepEqual(events, [...twice, "close 2"], "nothing begins after it was closed");
});

test("beginning is tried again while it leads, and given up when it does not", async () => {
  const leadership = new GivenLeadership();
  const { events, work } = recorded({ leadership, failures: 2 });
  work.start();
  leadership.set(true);
  await passed();
  assert.deepEqual(events, []);
  leadership.set(true);
  await passed();
  leadership.set(false);
  await passed();
  assert.deepEqual(events, []);
  leadership.set(true);
  await passed();
  assert.deepEqual(events, ["begin 1", "start 1"]);
  await work.close();
});
