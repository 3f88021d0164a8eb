/** Instants as the browser's own date and time field takes and gives them: the reader's clock, to the minute. */

/** `2026-11-21T17:00` in the reader's time zone. */
export function localFieldOf(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant that the field's text names in the reader's time zone; null when it is empty. */
export function instantOf(field: string): number | null {
  if (field === "") return null;
  const at = new Date(field).getTime();
  return Number.isNaN(at) ? null : at;
}

/** The reader's time zone, by its name. */
export function zoneName(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
