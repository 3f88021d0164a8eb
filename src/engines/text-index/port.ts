/**
 * An index over text, kept in a file of this node: what it holds is derived, so it may be thrown away and built again at
 * any time. It knows nothing of who may read what beyond the audiences that its entries are marked with; whoever asks it
 * checks each hit before it is shown.
 */

/** One place that can be opened by itself: a page, a section, an answer. */
export interface IndexEntry {
  /** What to open there, in the owner's own words; empty for the thing as a whole. */
  readonly place: string;
  readonly title: string;
  /** The heading that it stands under, or empty. */
  readonly heading: string;
  readonly body: string;
}

export interface Source {
  readonly kind: string;
  readonly sourceId: string;
}

/** Words of their own, letters and digits only, that say who may meet an entry; one of them suffices. */
export type Audiences = readonly string[];

export type SourceChange =
  /** Everything of this source is forgotten. */
  | (Source & { readonly change: "remove" })
  /** Everything of this audience is forgotten, of whatever kind. */
  | { readonly change: "forget"; readonly audience: string }
  /** One part of a source is replaced by these entries; none at all forgets the part. */
  | (Source & {
      readonly change: "replace";
      readonly part: string;
      readonly audiences: Audiences;
      readonly entries: readonly IndexEntry[];
    })
  /** The part that a file gives: kept where it is of this content already, otherwise forgotten and put in the queue. */
  | (Source & { readonly change: "file"; readonly audiences: Audiences; readonly file: IndexedFile });

/** A file whose text is to be indexed under `title`. */
export interface IndexedFile {
  readonly sha256: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly title: string;
}

export interface QueuedFile extends Source, IndexedFile {
  readonly audiences: Audiences;
  /** How many times it has been tried. */
  readonly attempts: number;
}

/** Words as somebody typed them. `similar` asks for texts that share many of them rather than all. */
export interface TextQuestion {
  readonly words: string;
  readonly manner: "search" | "similar";
  /** Null for everybody's. */
  readonly audiences: Audiences | null;
  readonly kinds: readonly string[] | null;
  readonly limit: number;
}

export interface IndexHit extends Source {
  readonly entryId: number;
  readonly part: string;
  readonly place: string;
  /** The SHA-256 of the file that it was read from; empty for what was typed. */
  readonly sha256: string;
}

export interface Hits {
  /** The best first. */
  readonly hits: readonly IndexHit[];
  /** `some`: nothing has all of the words, these have some of them. */
  readonly match: "all" | "some";
}

/** A text in pieces, those that were asked for marked. */
export type Marked = readonly { readonly text: string; readonly isHit: boolean }[];

export interface IndexStatus {
  readonly entries: number;
  /** Files that wait to be read. */
  readonly queuedFiles: number;
  /** Files that could not be read. */
  readonly failedFiles: number;
  readonly bytes: number;
}

export interface TextIndex {
  /** How far in the feed the index has come; -1 when it is not built, or was built as another `version`. */
  position(version: number): Promise<number>;
  /** How far it has come as far as this process knows without looking; -1 while it is not built. */
  readonly knownPosition: number;
  /** Says that nothing up to here changes the index, without writing it down. */
  hasSeen(position: number): void;
  /** Throws everything away; what is built from now on is of this version. */
  startOver(version: number): Promise<void>;
  /** Makes the changes, all or none, and remembers the position where one is given. */
  apply(changes: readonly SourceChange[], upTo: number | null): Promise<void>;
  /** Waits until the index has come to `position`, at most so long; whether it has. */
  reaches(position: number, msMax: number): Promise<boolean>;
  search(question: TextQuestion): Promise<Hits>;
  /** What to show of these entries: their heading and the lines around the words. Entries that are gone are left out. */
  excerpts(
    entryIds: readonly number[],
    words: string,
  ): Promise<ReadonlyMap<number, { readonly heading: string; readonly excerpt: Marked }>>;
  /** The question with words that the index knows in the place of those that it does not, the likeliest first. */
  corrections(words: string): Promise<readonly string[]>;
  /** The file that has waited longest and may be tried now. */
  nextFile(now: number): Promise<QueuedFile | null>;
  /** Forgets what an attempt before this one has added of a file. */
  beginFile(file: QueuedFile): Promise<void>;
  /** Adds what another source's file of the same content gave; false when there is none that was read. */
  copyFile(file: QueuedFile): Promise<boolean>;
  /** Adds what a file gave; false when the file is wanted no longer, so that the rest need not be read. */
  addFileEntries(file: QueuedFile, entries: readonly IndexEntry[]): Promise<boolean>;
  /** Takes a file off the queue: read, or put off until `retryAt`, or given up with the reason. */
  settleFile(
    file: QueuedFile,
    outcome: { readonly problem: string | null; readonly retryAt: number | null },
  ): Promise<void>;
  status(): Promise<IndexStatus>;
  close(): Promise<void>;
}
