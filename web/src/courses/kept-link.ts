/**
 * A link into a course that was opened by somebody who is not signed in: kept on the device until they are, so that they
 * come on to the course. Not in the address of the sign-in page, whose query the server would see and log.
 */
const key = "lyceum-course-link";
/** Long enough to look for an invitation in one's mail; devices are shared. */
const keptMsMax = 3_600_000;

export function keepLink(token: string): void {
  localStorage.setItem(key, JSON.stringify({ token, at: Date.now() }));
}

/** The link that waits, if there is one that is not too old. */
export function keptLink(): string | null {
  const kept = localStorage.getItem(key);
  if (kept === null) return null;
  try {
    const { token, at } = JSON.parse(kept) as { readonly token?: unknown; readonly at?: unknown };
    if (typeof token === "string" && typeof at === "number" && Date.now() - at < keptMsMax) return token;
  } catch {
    // Something else wrote there; it is of no use.
  }
  forgetLink();
  return null;
}

export function forgetLink(): void {
  localStorage.removeItem(key);
}
