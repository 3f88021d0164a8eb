/** Keeps the index of this node up to date: what an event is about is read anew and replaced as a whole. */
import type { Database } from "#engines/store/port.ts";
import type { TextIndex } from "#engines/text-index/port.ts";
import type { FeedEvent } from "#kernel/event.ts";
import type { LocalFollower, NodeParts } from "#kernel/follower.ts";
import type { SourceChange } from "#kernel/indexed-source.ts";
import { audienceOfCourse, audienceOfStaff, courseCopied, courseDeleted } from "#slices/courses/api.ts";
import { indexRebuildAsked } from "./events.ts";
import { indexedKinds, indexVersion } from "./kinds.ts";

/** Things that are read and indexed at once. */
const chunkMax = 100;

export const followFeed: LocalFollower = {
  where: "every-node",
  name: "search.followFeed",
  events: [
    ...new Set([
      ...indexedKinds.flatMap(({ events }) => events),
      courseCopied.type,
      courseDeleted.type,
      indexRebuildAsked.type,
    ]),
  ],
  position: ({ textIndex }) => textIndex.position(indexVersion),
  async take({ services, read, events, upTo }) {
    const { textIndex } = services;
    // One of no version is not built: the next step builds it, this one's events with it.
    if (events.some((event) => isToRebuild(event, services))) return textIndex.startOver(noVersion);
    // A copy comes into being whole, without an event for each thing in it.
    for (const { data } of events.filter(({ type }) => type === courseCopied.type))
      await indexAll({ textIndex, read, courseId: String(data.courseId) });
    await textIndex.apply(await read((database) => changesAfter(database, events)), upTo);
  },
  pass: (upTo, { textIndex }) => textIndex.hasSeen(upTo),
  async rebuild({ services, read, position }) {
    const { textIndex } = services;
    await textIndex.startOver(indexVersion);
    await indexAll({ textIndex, read });
    await textIndex.apply([], position);
  },
};

const noVersion = 0;

function isToRebuild({ type, data }: FeedEvent, { cluster }: NodeParts["services"]): boolean {
  if (type !== indexRebuildAsked.type) return false;
  return data.nodeId === null || data.nodeId === (cluster?.view().selfId ?? null);
}

/** Indexes everything, or everything in one course. */
async function indexAll({
  textIndex,
  read,
  courseId,
}: Pick<NodeParts, "read"> & { readonly textIndex: TextIndex; readonly courseId?: string }): Promise<void> {
  for (const kind of indexedKinds) {
    let after: string | undefined = "";
    while (after !== undefined) {
      const range = { after, limit: chunkMax, courseId };
      const { last, changes }: Chunk = await read(async (database) => {
        const ids = await kind.idsAfter(database, range);
        return { last: ids.at(-1), changes: ids.length === 0 ? [] : await kind.changes(database, ids) };
      });
      await textIndex.apply(changes, null);
      after = last;
    }
  }
}

interface Chunk {
  readonly last: string | undefined;
  readonly changes: readonly SourceChange[];
}

async function changesAfter(database: Database, events: readonly FeedEvent[]): Promise<SourceChange[]> {
  const changes: SourceChange[] = [];
  for (const kind of indexedKinds) {
    const mine = events.filter(({ type }) => kind.events.includes(type));
    const ids = [...new Set(mine.flatMap((event) => kind.sourceIds(event)))];
    for (let from = 0; from < ids.length; from += chunkMax)
      changes.push(...(await kind.changes(database, ids.slice(from, from + chunkMax))));
  }
  // After everything else, so that nothing of a course that is gone is left.
  for (const { data } of events.filter(({ type }) => type === courseDeleted.type))
    for (const audience of [audienceOfCourse, audienceOfStaff])
      changes.push({ change: "forget", audience: audience(String(data.courseId)) });
  return changes;
}
