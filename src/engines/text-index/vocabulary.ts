/**
 * The words of the index with how many entries hold them, kept in memory: to count them, the index has to be read as a
 * whole, which in a large school takes longer than a search may.
 */
import type { DatabaseSync } from "node:sqlite";
import { guessedLengthMin, slipsMax } from "./spelling.ts";

export interface KnownWord {
  readonly term: string;
  readonly uses: number;
}

/** By how much the index may have grown before its words are counted anew. A guess need not know the newest word. */
const growthMax = 1.01;

/** Longer ones are no words that anybody mistypes. */
const lengthMax = 40;

export function createVocabulary(database: DatabaseSync) {
  const newest = database.prepare("select coalesce(max(id), 0) as id from entries");
  const counted = database.prepare(
    `select term, sum(doc) as uses from words
     where col <> 'audience' and length(term) between ? and ? group by term`,
  );
  const slips = slipsMax(lengthMax);
  let byLength: ReadonlyMap<number, readonly KnownWord[]> = new Map();
  let countedAt = -1;

  function refresh(): void {
    const id = Number(newest.get()?.id);
    if (id >= countedAt && id <= countedAt * growthMax) return;
    const words = counted.all(guessedLengthMin - slips, lengthMax + slips);
    const known = words.map(({ term, uses }) => ({ term: String(term), uses: Number(uses) }));
    byLength = Map.groupBy(known, ({ term }) => [...term].length);
    countedAt = id;
  }

  return {
    /** Words whose length is so near to `length` letters that one may have been meant by such a word. */
    near(length: number): KnownWord[] {
      if (length > lengthMax) return [];
      refresh();
      return Array.from(
        { length: 2 * slips + 1 },
        (_, index) => byLength.get(length - slips + index) ?? [],
      ).flat();
    },
  };
}
