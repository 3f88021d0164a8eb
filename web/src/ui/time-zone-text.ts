/** The name of a time zone as people read it: `America/New York`. */
export function timeZoneText(timeZone: string): string {
  return timeZone.replaceAll("_", " ");
}
