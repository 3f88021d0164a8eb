/** How the transcript puts what a node says and saves. */
import type { Entry } from "#raft/entry.ts";
import type { Message } from "#raft/message.ts";
import type { Effects } from "#raft/port.ts";

/** What was made durable: term and vote, and entries as `index:term`. */
export function savedWords({ snapshot, hardState, entries }: Effects): string {
  const parts = [
    ...(snapshot === null ? [] : [`snapshot ${snapshot.index}`]),
    ...(hardState === null ? [] : [`term ${hardState.term}, vote ${hardState.votedFor ?? "none"}`]),
    ...entries.map(({ index, term, kind }) => `${index}:${term}${kind === "changeset" ? "" : ` ${kind}`}`),
  ];
  return parts.join(", ");
}

/** One line for a message. */
export function messageWords(message: Message): string {
  const { from, term, type, to: _to, ...rest } = message;
  const shown = JSON.stringify(rest, (name, value: unknown) => {
    if (name === "entries" && Array.isArray(value)) {
      return (value as Entry[]).map(({ index, term: at, kind }) => `${index}:${at} ${kind}`);
    }
    return name === "members" ? undefined : value;
  });
  return `from ${from}, term ${term}${type === "timeout-now" ? "" : `: ${shown}`}`;
}
