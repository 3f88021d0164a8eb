/** Which fields are moments in time: on the wire whole milliseconds UTC, for people something that can be read and typed. */

/** Fields that hold a moment and whose names do not say so by their end. */
const others = ["from", "to", "now", "availableFrom", "sealsFrom"];

export function isInstant(field: string): boolean {
  return /(^at|At|^since|Since|^until|Until)$/.test(field) || others.includes(field);
}

/** Numbers below this one (early 1973) under the name of a moment count something else: `from` is also how many. */
const earliestMs = 100_000_000_000;

/** `2026-12-01 12:00:00 UTC`; null where the number under this name is no moment. */
export function instantText(field: string, value: number): string | null {
  const isMoment = /At$/.test(field) || (isInstant(field) && value >= earliestMs);
  // Beyond the calendar there is nothing to show but the number.
  if (!isMoment || Number.isNaN(new Date(value).getTime())) return null;
  return new Date(value)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}
