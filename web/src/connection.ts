/**
 * Whether the school can be reached, as the last calls found it; the banner shows it. `moved`: by another node than the
 * one that the page came from.
 */
export type Connection = "fine" | "moved" | "busy" | "lost";

let state: Connection = "fine";
const listeners = new Set<() => void>();

export function reportConnection(next: Connection): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

export function connection(): Connection {
  return state;
}

export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
