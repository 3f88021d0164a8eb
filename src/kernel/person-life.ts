/**
 * How a slice takes part in the life of a person: what of its rows is theirs, how that is exported, and how it goes when
 * the person is erased. Each table says so, be it that it names nobody, so that neither is ever in part. The identity
 * slice does the work, slice by slice; it knows none of their tables.
 */
import type { Kysely } from "kysely";
import type { JsonObject } from "#base/json.ts";
import type { Step } from "./step.ts";

/** Who stands in the place of somebody who was erased, where what they did stays: everybody who was is the same one. */
export const erasedPersonId = "00000000-0000-7000-8000-000000000000";

/** So many conflicts of one slice a preview of a merge names. */
export const conflictsShownMax = 50;

type Column<Row> = keyof Row & string;

/** What a table holds of people. */
export interface PersonTableSpec<Row> {
  /** The primary key, in its order. */
  readonly key: readonly Column<Row>[];
  /** A row in which one of these is the person is theirs alone: it is exported, and deleted with them. */
  readonly theirs?: readonly Column<Row>[];
  /** These say who did something that stays when the person goes; they then name nobody any more. */
  readonly authored?: readonly Column<Row>[];
  /**
   * How rows that are theirs come into an export: as they are, under this heading; by a section of the slice's own;
   * or never, for the stated reason.
   */
  readonly shown?: string | { readonly by: string } | { readonly never: string };
  /** Columns that an export leaves out: secrets, and what only the machinery needs. */
  readonly leaveOut?: readonly Column<Row>[];
  /**
   * Columns in which somebody's name or address may stand as a file or a form said it, with no id of theirs beside it. A
   * row that says who is erased goes as if it were theirs; one with the id of somebody else under `theirs` stays that
   * one's, unless it says an address that is nobody else's.
   */
  readonly named?: readonly Column<Row>[];
  /** Where erasing a row that is theirs, or says who they are, takes more than deleting it. */
  readonly erase?: RowErasure;
  /** Beside the key: columns that are unique together and name the person, so that a merge makes no two of one. */
  readonly unique?: readonly (readonly Column<Row>[])[];
  /**
   * What becomes of rows that are theirs when the account is merged into another one of the same person. They go over,
   * but where the kept account has a row under the same key, that one stays (what is worth uniting, `merge` unites
   * before); or they end with the account; or they stay, since the slice sees to them.
   */
  readonly whenMerged?: "moved" | "ended" | "stays";
}

/**
 * Erases one row that is theirs, by its key, with what hangs on it: files, texts, the index. Deletes it, or empties it so
 * far that none of `theirs` names the person any more. At most 400 rows of the store at a time; whether there is more to
 * do for this row. Harmless when it is run again, and where the row has gone meanwhile.
 */
export type RowErasure = (step: never, key: readonly string[], personId: string) => Promise<boolean>;

/** `nobody`: no row of the table is about a person, or names one. */
export type PersonTable<Row> = "nobody" | PersonTableSpec<Row>;

/** A stored file that goes along with an export. */
export interface ExportedFile {
  /** Where it lies in the archive, under the slice's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Milliseconds UTC. */
  readonly modifiedAt: number;
}

export interface ExportedPage {
  readonly rows: readonly JsonObject[];
  readonly files?: readonly ExportedFile[];
}

/** Something of a slice that an export words better than the bare rows of one table. */
export interface PersonSectionSpec<Tables> {
  /** Kebab case; the name of its file. */
  readonly name: string;
  readonly title: string;
  /**
   * The next rows, in an order that does not change: what is about this person, and of others no more than belongs to
   * it (feedback by a teacher, without who else was there).
   */
  page(
    source: { readonly db: Kysely<Tables>; readonly personId: string },
    range: { readonly limit: number; readonly offset: number },
  ): Promise<ExportedPage>;
}

/** Two accounts of one person, of which one is to be left. */
export interface AccountMerge {
  /** The account that ends. */
  readonly from: string;
  /** The account that is kept. */
  readonly into: string;
  /** The admin who asked for it, for columns like `changed_by`. */
  readonly by: string;
}

/** Something of which both accounts have one where there can be only one, for whoever decides about a merge. */
export interface MergeConflict {
  /** Snake case; the pages have words for it. */
  readonly code: string;
  /** The title of the course or assignment that it is about. */
  readonly about: string;
  /** What the kept account has, and the other. */
  readonly into: string;
  readonly from: string;
  /** What it comes to. */
  readonly result: string;
}

/** What erasing works with: a step, and the count that ends up in the report. */
export interface EraseStep<Tables> extends Step<Tables> {
  /** Says that rows were deleted or emptied, and files let go of. */
  readonly count: (done: { readonly rows?: number; readonly files?: number }) => void;
}

export interface PersonLifeSpec<Tables> {
  readonly tables: { readonly [Table in keyof Tables]: PersonTable<Tables[Table]> };
  readonly sections?: readonly PersonSection[];
  /**
   * Unites a bounded piece (at most 400 rows of the store) of what both accounts have where there can be one: the better
   * enrolment, both attempts of a piece of work. Whether there is more; harmless when it is run again. Runs before the
   * tables are gone through.
   */
  merge?(step: Step<Tables>, merge: AccountMerge): Promise<boolean>;
  /** What `merge` would have to decide, the first `conflictsShownMax` of it. */
  mergeConflicts?(db: Kysely<Tables>, merge: AccountMerge): Promise<readonly MergeConflict[]>;
}

/** A section with its tables forgotten. */
export interface PersonSection {
  readonly name: string;
  readonly title: string;
  readonly page: (
    source: { readonly db: never; readonly personId: string },
    range: { readonly limit: number; readonly offset: number },
  ) => Promise<ExportedPage>;
}

/** What a slice says of itself under `person`. */
export interface PersonLife {
  readonly tables: Readonly<Record<string, PersonTable<Record<string, unknown>>>>;
  readonly sections: readonly PersonSection[];
  readonly merge: (step: never, merge: AccountMerge) => Promise<boolean>;
  readonly mergeConflicts: (db: never, merge: AccountMerge) => Promise<readonly MergeConflict[]>;
}

/** Declares how a row of a slice with these tables is erased. */
export function rowErasureFor<Tables>() {
  return (
    erase: (step: EraseStep<Tables>, key: readonly string[], personId: string) => Promise<boolean>,
  ): RowErasure => erase as RowErasure;
}

/** Declares a section of a slice with these tables. */
export function personSectionFor<Tables>() {
  return (spec: PersonSectionSpec<Tables>): PersonSection => ({
    name: spec.name,
    title: spec.title,
    page: spec.page.bind(spec),
  });
}

/** Declares how a slice with these tables takes part in the life of people. */
export function personLifeFor<Tables>() {
  return (spec: PersonLifeSpec<Tables>): PersonLife => ({
    tables: spec.tables as PersonLife["tables"],
    sections: spec.sections ?? [],
    merge: spec.merge?.bind(spec) ?? (async () => false),
    mergeConflicts: spec.mergeConflicts?.bind(spec) ?? (async () => []),
  });
}

/** For a slice that has no tables. */
export const holdsNobody: PersonLife = personLifeFor<Record<never, never>>()({ tables: {} });
