/**
 * How a slice takes part in the life of a course: what of its rows goes along when the course is copied, how they go
 * when the course is deleted for good, and how much room its files take. The courses slice does the work, slice by slice
 * in the order of the list of slices; it knows none of their tables.
 */
import type { Kysely } from "kysely";
import type { Step } from "./step.ts";

/** What somebody who copies a course may choose; people and their work are never copied. */
export const copyChoices = ["outline", "materials", "assignments", "announcements"] as const;
export type CopyChoice = (typeof copyChoices)[number];

/** Rows of the store that one step of a copy changes at most. */
export const copiedRowsPerStepMax = 400;

/** A date in a course that a copy moves, as the preview shows it. */
export interface CourseDate {
  /** What it belongs to, in the words of the course: the title of an assignment. */
  readonly title: string;
  /** Snake case, the name of the field: `due_at`. The pages have words for it. */
  readonly field: string;
  /** Milliseconds UTC. */
  readonly at: number;
}

/** What writing a copy works with: a step, and how things of the old course are called in the new one. */
export interface CopyStep<Tables> extends Step<Tables> {
  /** The new course. Nobody sees it before the whole copy is there. */
  readonly courseId: string;
  /** The person who copies, for columns like `created_by`. */
  readonly by: string;
  /** The id in the new course of a row that is copied; a bug for any other. */
  newIdOf(id: string): string;
  /** The same, but null for what was not chosen, or is gone. */
  newIdIfCopied(id: string | null): string | null;
  /** Where an instant comes to lie: so many days later on the clock of the course, whatever that does in between. */
  shift(at: number): number;
  shift(at: number | null): number | null;
  /** `text` with the ids of copied things, as links hold them, exchanged for the new ones. */
  relinked(text: string): string;
}

/**
 * Rows of one table, or with what hangs on them, that go along. All parts are read on one snapshot, so the copy is the
 * course as it was at one moment; they are then written in small steps, in the order of the list.
 */
export interface CoursePartSpec<Tables, Row> {
  readonly choice: CopyChoice;
  /** How many rows of the store writing one item changes at most, holds on files included. Default 4. */
  readonly rowsEach?: number;
  /** What there is to copy, in the order in which new ids are to be made. Leaves out what was removed. */
  read(source: { readonly db: Kysely<Tables>; readonly courseId: string }): Promise<readonly Row[]>;
  /** The id of a row, for the map of ids; null where nothing refers to it. */
  idOf(row: Row): string | null;
  /** Every date that `write` shifts. */
  dates?(row: Row): readonly CourseDate[];
  /** Writes rows as they are in the new course. Files are held once more, not copied. No events: nobody sees it yet. */
  write(step: CopyStep<Tables>, rows: readonly Row[]): Promise<void>;
}

/** Bytes of files in a course. */
export interface CourseBytes {
  /** What those who teach put in; the course's limit is for this. */
  readonly taught: number;
  /** What students handed in or attached: counted and shown, never refused for lack of room. */
  readonly handedIn: number;
}

/** What may go by the groups of a set. */
export const groupSetUses = ["assignment", "material"] as const;

export interface GroupSetUse {
  readonly kind: (typeof groupSetUses)[number];
  readonly id: string;
  readonly title: string;
}

export interface GroupSetParts {
  readonly courseId: string;
  readonly groupSetId: string;
  /** Removed ones included. */
  readonly groupIds: readonly string[];
}

export interface CourseLifeSpec<Tables> {
  readonly parts?: readonly CoursePart[];
  /**
   * Deletes a bounded piece (at most 400 rows of the store) of what the slice holds of a course, and lets go of its
   * files; whether there is more. Harmless when it is run again.
   */
  purge(step: Step<Tables>, courseId: string): Promise<boolean>;
  /** Bytes of each of these courses; those that have none may be missing. */
  bytes?(db: Kysely<Tables>, courseIds: readonly string[]): Promise<ReadonlyMap<string, CourseBytes>>;
  /** What goes by the groups of a set, so that it can be named before somebody removes them. */
  groupSetUses?(db: Kysely<Tables>, set: GroupSetParts): Promise<readonly GroupSetUse[]>;
}

/** A part with its tables and rows forgotten. */
export interface CoursePart {
  readonly choice: CopyChoice;
  readonly rowsEach: number;
  readonly read: (source: { readonly db: never; readonly courseId: string }) => Promise<readonly unknown[]>;
  readonly idOf: (row: never) => string | null;
  readonly dates: (row: never) => readonly CourseDate[];
  readonly write: (step: never, rows: never) => Promise<void>;
}

/** What a slice says of itself under `course`. */
export interface CourseLife {
  readonly parts: readonly CoursePart[];
  readonly purge: (step: never, courseId: string) => Promise<boolean>;
  readonly bytes: (db: never, courseIds: readonly string[]) => Promise<ReadonlyMap<string, CourseBytes>>;
  readonly groupSetUses: (db: never, set: GroupSetParts) => Promise<readonly GroupSetUse[]>;
}

/** Declares a part of a slice with these tables: `coursePartFor<MaterialsTables>()({ … })`. */
export function coursePartFor<Tables>() {
  return <Row>(spec: CoursePartSpec<Tables, Row>): CoursePart => ({
    choice: spec.choice,
    rowsEach: spec.rowsEach ?? 4,
    read: spec.read.bind(spec),
    idOf: spec.idOf.bind(spec),
    dates: spec.dates?.bind(spec) ?? (() => []),
    write: spec.write.bind(spec),
  });
}

/** Declares how a slice with these tables takes part in the life of courses. */
export function courseLifeFor<Tables>() {
  return (spec: CourseLifeSpec<Tables>): CourseLife => ({
    parts: spec.parts ?? [],
    purge: spec.purge.bind(spec),
    bytes: spec.bytes?.bind(spec) ?? (async () => new Map<string, CourseBytes>()),
    groupSetUses: spec.groupSetUses?.bind(spec) ?? (async () => []),
  });
}
