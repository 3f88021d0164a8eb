/**
 * All that somebody who is being erased is known by: their accounts, those that were merged into it too, with names and
 * addresses, and what files that named them said. Gathered once, before anything goes, and kept in the erasure's row: once
 * the first rows have gone nobody could tell any more.
 */
import { type ErasureParts, wordsOf } from "#kernel/person-erasure.ts";
import type { PersonWords } from "#kernel/person-words.ts";
import type { PeopleTable, PersonErasuresTable } from "./tables.ts";

export interface KnownAs {
  readonly personIds: readonly string[];
  /** The addresses of their accounts, which are nobody else's. */
  readonly addresses: readonly string[];
  /** The names of their accounts. */
  readonly names: readonly string[];
  /** What rows that are theirs say beside that: addresses that they had, names as files wrote them. */
  readonly others: readonly string[];
}

/** Gathers it. `merged` are the accounts that were merged into theirs. */
export async function gatherKnownAs(
  parts: Omit<ErasureParts, "words" | "personIds">,
  { person_id, name, email }: Pick<PersonErasuresTable, "person_id" | "name" | "email">,
  merged: readonly Pick<PeopleTable, "id" | "name" | "email">[],
): Promise<KnownAs> {
  const personIds = [person_id ?? "", ...merged.map(({ id }) => id)];
  const addresses = [email ?? "", ...merged.map((account) => account.email)];
  const names = [...new Set([name ?? "", ...merged.map((account) => account.name)])];
  const said = await wordsOf({ ...parts, personIds });
  const others = said.filter((word) => !addresses.includes(word) && !names.includes(word));
  return { personIds, addresses, names, others };
}

export function knownAsOf(row: Pick<PersonErasuresTable, "known_as">): KnownAs | null {
  return row.known_as === null ? null : (JSON.parse(row.known_as) as KnownAs);
}

/** For rows that say one of these and nothing else. */
export function personWordsOf({ addresses, names, others }: KnownAs): PersonWords {
  return { addresses, others: [...names, ...others] };
}

/** For texts in which they may stand anywhere: no more than what is surely a name or an address. */
export function wordsWithin({ addresses, names, others }: KnownAs): string[] {
  return [...addresses, ...names, ...others.filter((word) => word.includes("@"))];
}
