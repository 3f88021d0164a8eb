/** Where something stands in the text of a page. */

/** Where `sought` stands in `whole`, whatever the case and however the blanks fell at the ends of lines. */
export function placesOf(whole: string, sought: string): (readonly [number, number])[] {
  const words = sought
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const pattern = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s*");
  return [...whole.matchAll(new RegExp(pattern, "giu"))].map((match) => [
    match.index,
    match.index + match[0].length,
  ]);
}
