/**
 * One-time tokens stand behind `#` in the links to set-up and invitation, where browsers keep them to themselves. They
 * are read from the address anew when somebody pastes another link over the page that is open.
 */
import { useSyncExternalStore } from "react";

/** The token in the address; empty when there is none. */
export function useAddressToken(): string {
  return useSyncExternalStore(subscribe, () => location.hash.slice(1));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}
