/** Names of time zones, as the IANA's database has them: a zone knows its clock changes, an offset does not. */

/** Whether this is the name of a time zone that this machine knows: `Europe/Vienna`, `UTC`; never an offset. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The time zone that this machine is set to. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat("en").resolvedOptions().timeZone;
}
