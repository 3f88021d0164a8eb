/** Which known word was probably meant: the one that fewest slips of the fingers away. */

/** Shorter words have too many neighbours to guess. */
export const guessedLengthMin = 4;

/** How many slips a word of this length may hold. */
export function slipsMax(length: number): number {
  return length < 6 ? 1 : 2;
}

/**
 * The number of letters that were added, left out, exchanged, or swapped with their neighbour between two words, or
 * `limit + 1` where there are more (Damerau's distance, restricted to swaps of neighbours).
 */
export function slipsBetween(one: string, other: string, limit: number): number {
  const [a, b] = [[...one], [...other]];
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        slips = Math.min(slips, (beforeLast[j - 2] ?? 0) + 1);
      row.push(slips);
      best = Math.min(best, slips);
    }
    if (best > limit) return limit + 1;
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? limit + 1;
}

/** The known words that `word` may have been meant to be, the likeliest first. */
export function guesses(
  word: string,
  known: Iterable<{ readonly term: string; readonly uses: number }>,
  count: number,
): string[] {
  const limit = slipsMax([...word].length);
  const near: { term: string; uses: number; slips: number }[] = [];
  for (const { term, uses } of known) {
    const slips = slipsBetween(word, term, limit);
    if (slips <= limit && slips > 0) near.push({ term, uses, slips });
  }
  return near
    .sort((a, b) => a.slips - b.slips || b.uses - a.uses)
    .slice(0, count)
    .map(({ term }) => term);
}
