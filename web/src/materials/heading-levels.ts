/** The levels that the headings of a text get in a page whose title is the h1: none is left out on the way down. Pure. */

/** Gives, for the headings of one text in their order, the level of each in the page, 2 to 6. */
export function headingLevels(): (level: number) => number {
  const above: number[] = [];
  return (level) => {
    while ((above.at(-1) ?? 0) >= level) above.pop();
    above.push(level);
    return Math.min(above.length + 1, 6);
  };
}
