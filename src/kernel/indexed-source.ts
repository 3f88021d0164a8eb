/**
 * What a slice offers to search: one kind of thing with its text, the events after which the text is another, and who
 * may read it. Search keeps the texts; whether somebody may see a hit is asked here again each time, on the read's
 * snapshot, so that the slice's own rules decide and nothing else.
 */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { SourceChange } from "#engines/text-index/port.ts";
import type { Actor } from "./actor.ts";
import type { FeedEvent } from "./event.ts";

export type { IndexEntry, SourceChange } from "#engines/text-index/port.ts";

/** What search shows of a thing that somebody may read, as it is now. */
export interface ReadableSource {
  readonly courseId: string;
  readonly title: string;
  /** The SHA-256 of its file, where it has one: what was read from another file is not shown. */
  readonly sha256?: string;
}

export interface IndexedKind {
  /** As results name it: `material`. */
  readonly kind: string;
  /** The types of the events after which something of this kind is to be indexed anew. */
  readonly events: readonly string[];
  /** Which things an event is about. */
  sourceIds(event: FeedEvent): readonly string[];
  /** What the index is to hold of these from now on; one that is gone is removed. */
  changes(database: Database, sourceIds: readonly string[]): Promise<readonly SourceChange[]>;
  /** The ids of all there is, or of what is in one course, in order, the next `limit` after `after`. */
  idsAfter(
    database: Database,
    range: { readonly after: string; readonly limit: number; readonly courseId?: string | undefined },
  ): Promise<readonly string[]>;
  /** Those of `sourceIds` that `actor` may read, by their id. */
  readable(
    question: { readonly database: Database; readonly actor: Actor; readonly now: number },
    sourceIds: readonly string[],
  ): Promise<ReadonlyMap<string, ReadableSource>>;
}

/**
 * `idsAfter` for things that are rows of one table of a slice with these tables: `idsOf<QueriesTables>()("queries")`.
 * `course` is the column of the course that they are in; `kept` leaves out those with a `removed_at`.
 */
export function idsOf<Tables>() {
  return (
    name: keyof Tables & string,
    { course = "course_id", kept = false }: { readonly course?: string; readonly kept?: boolean } = {},
  ): IndexedKind["idsAfter"] =>
    async (database, { after, limit, courseId }) => {
      const table: string = name;
      let rows = tablesOf<Record<string, Record<string, string | null>>>(database)
        .selectFrom(table)
        .select("id")
        .where("id", ">", after);
      if (kept) rows = rows.where("removed_at", "is", null);
      if (courseId !== undefined) rows = rows.where(course, "=", courseId);
      return (await rows.orderBy("id").limit(limit).execute()).map(({ id }) => String(id));
    };
}

/** A text in Markdown as people read it: without the marks, the addresses of links and the fences of code. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, "$1")
    .replace(/^\s{0,3}(#{1,6}\s+|>\s?|(```|~~~).*$)/gm, "")
    .replace(/(\*\*|__|`+)(.+?)\1/gs, "$2")
    .replace(/(?<![\p{L}\p{N}])[*_]([^*_\s][^*_]*)[*_](?![\p{L}\p{N}])/gu, "$1");
}
