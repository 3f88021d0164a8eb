/**
 * Places in a module: whole numbers with room between them, so that a move usually changes one row. Pure: places in
 * order go in, the places to write come out.
 */

/** The room that is left between neighbours where there is a choice. */
export const placeStep = 1024;

/**
 * The places to write so that one more item stands before the item at `index` of `places` (ascending): `place` for
 * the newcomer, and new places for neighbours, by their index, where there is no room between two of them.
 */
export function placeBefore(
  places: readonly number[],
  index: number,
): { readonly place: number; readonly moved: ReadonlyMap<number, number> } {
  const before = places[index - 1];
  const after = places[index];
  if (after === undefined) return { place: (before ?? 0) + placeStep, moved: new Map() };
  const low = before ?? after - 2 * placeStep;
  if (after - low >= 2) return { place: Math.floor((low + after) / 2), moved: new Map() };
  // Too narrow: whoever follows moves on, as far as the room that was missing is found.
  const moved = new Map<number, number>();
  let last = low + placeStep;
  for (let at = index; at < places.length && (places[at] ?? 0) <= last; at++) {
    last += placeStep;
    moved.set(at, last);
  }
  return { place: low + placeStep, moved };
}
