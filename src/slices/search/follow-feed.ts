/** Keeps the index of this node up to date: what an event is about is read anew and replaced as a whole. */
import type { Database } from "#engines/store/port.ts";
import type { FeedEvent } from "#kernel/event.ts";
import type { LocalFollower } from "#kernel/follower.ts";
import type { SourceChange } from "#kernel/indexed-source.ts";
import { indexedKinds, indexVersion } from "./kinds.ts";

/** Things that are read and indexed at once. */
const chunkMax = 100;

export const followFeed: LocalFollower = {
  where: "every-node",
  name: "search.followFeed",
  events: [...new Set(indexedKinds.flatMap(({ events }) => events))],
  position: ({ textIndex }) => textIndex.position(indexVersion),
  async take({ services, read, events, upTo }) {
    await services.textIndex.apply(await read((database) => changesAfter(database, events)), upTo);
  },
  pass: (upTo, { textIndex }) => textIndex.hasSeen(upTo),
  async rebuild({ services, read, position }) {
    const { textIndex } = services;
    await textIndex.startOver(indexVersion);
    for (const kind of indexedKinds) {
      let after = "";
      for (;;) {
        const from = after;
        const { last, changes } = await read(async (database) => {
          const ids = await kind.idsAfter(database, from, chunkMax);
          return { last: ids.at(-1), changes: ids.length === 0 ? [] : await kind.changes(database, ids) };
        });
        if (last === undefined) break;
        await textIndex.apply(changes, null);
        after = last;
      }
    }
    await textIndex.apply([], position);
  },
};

async function changesAfter(database: Database, events: readonly FeedEvent[]): Promise<SourceChange[]> {
  const changes: SourceChange[] = [];
  for (const kind of indexedKinds) {
    const mine = events.filter(({ type }) => kind.events.includes(type));
    const ids = [...new Set(mine.flatMap((event) => kind.sourceIds(event)))];
    for (let from = 0; from < ids.length; from += chunkMax)
      changes.push(...(await kind.changes(database, ids.slice(from, from + chunkMax))));
  }
  return changes;
}
