/**
 * What people call things by: a course, a material, somebody's work. Each slice says of its kinds how they are called, in
 * which course they are, and what may be done with them; so the audit trail can name what a command was about, and
 * whoever asks "who can see this?" need not know an operation.
 */
import type { JsonObject } from "#base/json.ts";
import type { Database } from "#engines/store/port.ts";
import type { Slice } from "./slice.ts";

/** What somebody may want to do with a thing. The pages have words for each. */
export const acts = [
  "see",
  "observe",
  "open",
  "contents",
  "people",
  "hand_in",
  "submissions",
  "grade",
  "own_grade",
  "own_grades",
  "gradebook",
  "release",
  "answer",
  "close",
  "change",
] as const;
export type ActName = (typeof acts)[number];

export interface Act {
  readonly act: ActName;
  /** The operation whose policy says who may: `materials.getMaterial`. */
  readonly operation: string;
  /** Its input, as far as the policy looks at it. */
  input(about: { readonly id: string; readonly personId: string }): JsonObject;
}

export interface ThingName {
  readonly title: string;
  /** The course that it is in; null for what is the school's. */
  readonly courseId: string | null;
}

export interface ThingKind {
  /** One word, as facts name it: `material`. */
  readonly kind: string;
  /** What may be done with one, the first being to see it. */
  readonly acts: readonly Act[];
  /** Those of `ids` that are of this kind, removed ones too. At most `idsAtOnce` are asked for. */
  named(database: Database, ids: readonly string[]): Promise<ReadonlyMap<string, ThingName>>;
  /** Whether those who teach may not learn whose it is, at present. */
  hidesOwner?(database: Database, id: string): Promise<boolean>;
}

/** So many ids are looked up at once. */
export const idsAtOnce = 500;

export interface NamedThing extends ThingName {
  readonly kind: string;
}

/** How all of `ids` are called that anything is called by, by id. */
export async function nameThings(
  database: Database,
  slices: readonly Pick<Slice, "things">[],
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, NamedThing>> {
  const kinds = slices.flatMap(({ things }) => things ?? []);
  let unknown = [...new Set(ids)];
  const found = new Map<string, NamedThing>();
  for (const { kind, named } of kinds) {
    for (let start = 0; start < unknown.length; start += idsAtOnce)
      for (const [id, name] of await named(database, unknown.slice(start, start + idsAtOnce)))
        found.set(id, { kind, ...name });
    unknown = unknown.filter((id) => !found.has(id));
  }
  return found;
}
