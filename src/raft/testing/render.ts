/** How messages, entries and states read in a transcript. An entry is `index/term`, with what it holds behind it. */
import type { Member } from "../configuration.ts";
import { decodeConfiguration } from "../configuration-codec.ts";
import type { Entry, EntryId } from "../entry.ts";
import type { Message } from "../message.ts";
import type { Effects, RaftStatus } from "../port.ts";

export function renderId({ index, term }: EntryId): string {
  return `${index}/${term}`;
}

/** Learners stand behind a `~`. */
export function renderMembers(members: readonly Member[]): string {
  return `[${members.map(({ id, role }) => (role === "voter" ? id : `~${id}`)).join(" ")}]`;
}

export function renderEntry(entry: Entry): string {
  if (entry.kind === "noop") return renderId(entry);
  if (entry.kind === "configuration")
    return renderId(entry) + renderMembers(decodeConfiguration(entry.payload).members);
  return `${renderId(entry)}=${new TextDecoder().decode(entry.payload)}`;
}

export function renderEntries(entries: readonly Entry[]): string {
  return entries.length === 0 ? "nothing" : entries.map(renderEntry).join(" ");
}

export function renderMessage(message: Message): string {
  return `${message.from}>${message.to} t${message.term} ${renderBody(message)}`;
}

function renderBody(message: Message): string {
  switch (message.type) {
    case "vote-request": {
      const what = message.isPreVote ? "would you vote for me?" : "vote for me";
      return `${what} my log ends ${renderId(message.last)}${message.isTransfer ? ", by transfer" : ""}`;
    }
    case "vote-reply":
      return `${message.isPreVote ? "would vote" : "vote"}: ${message.granted ? "yes" : "no"}`;
    case "append-request": {
      const { previous, entries, commitIndex } = message;
      return `append after ${renderId(previous)}: ${renderEntries(entries)}, commit ${commitIndex}`;
    }
    case "append-reply":
      return message.rejected === null
        ? `holds up to ${message.matchIndex}`
        : `refused after ${message.rejected.previousIndex}, try ${renderId(message.rejected.hint)}`;
    case "heartbeat":
      return `heartbeat ${message.round}, commit ${message.commitIndex}`;
    case "heartbeat-reply":
      return `heard ${message.round}`;
    case "snapshot-offer": {
      const { snapshot } = message;
      return `snapshot ${renderId(snapshot)}${renderMembers(snapshot.configuration.members)}`;
    }
    case "timeout-now":
      return "campaign now";
    case "read-index-request":
      return `read ${message.context}?`;
    case "read-index-reply":
      return `read ${message.context}: ${message.index ?? "cannot tell"}`;
  }
}

/** What effects bid a driver to make durable, and what they tell it. */
export function renderEffects(id: string, effects: Effects, commitBefore: number): readonly string[] {
  const { hardState, snapshot, entries, commitIndex, reads } = effects;
  const saves = [
    ...(snapshot === null ? [] : [`snapshot ${renderId(snapshot)}`]),
    ...(hardState === null ? [] : [`term ${hardState.term} vote ${hardState.votedFor ?? "none"}`]),
    ...(entries.length === 0 ? [] : [renderEntries(entries)]),
  ];
  return [
    ...(saves.length === 0 ? [] : [`${id} saves ${saves.join(", ")}`]),
    ...(commitIndex > commitBefore ? [`${id} commits up to ${commitIndex}`] : []),
    ...reads.map((read) => `${id} answers read ${read.context}: ${read.index ?? "cannot tell"}`),
  ];
}

export function renderStatus(status: RaftStatus, entries: readonly Entry[], start: EntryId): string {
  const { id, role, term, leaderId, commitIndex, configuration, isConfigurationCommitted } = status;
  const leader = role === "leader" ? "" : `, ${leaderId === null ? "no leader" : `follows ${leaderId}`}`;
  const members = `${renderMembers(configuration.members)}${isConfigurationCommitted ? "" : "?"}`;
  const from = start.index === 0 ? "" : `(${renderId(start)}) `;
  return `${id} ${role} t${term}${leader} ${members} commit ${commitIndex} log ${from}${renderEntries(entries)}`;
}
