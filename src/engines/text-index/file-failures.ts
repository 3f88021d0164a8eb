/**
 * What an error of SQLite, or of the system, says of the index file. `broken`: it is not what was written there, and throwing it away
 * mends that. `passing`: the disk is full, the file cannot be opened or is locked, so it is kept for later.
 */
export type FileFailure = "broken" | "passing";

/** The primary result codes, which are the low byte of the extended ones. */
const code = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADb: 26,
};
/** Extended codes: a read failed, or found less than there should be; the file system is damaged; the file has moved. */
const unreadable = new Set([266, 522, 8_458, 1_032]);

/** Null for what is no fault of the file. */
export function fileFailureOf(error: unknown): FileFailure | null {
  if (!(error instanceof Error)) return null;
  // Of the system: its folder cannot be made, or what lies there cannot be removed.
  if ("syscall" in error) return "passing";
  if (!("errcode" in error)) return null;
  const extended = Number(error.errcode);
  if (unreadable.has(extended)) return "broken";
  switch (extended & 0xff) {
    case code.corrupt:
    case code.notADb:
      return "broken";
    case code.busy:
    case code.locked:
    case code.readOnly:
    case code.ioError:
    case code.full:
    case code.cantOpen:
      return "passing";
    default:
      return null;
  }
}
