/** The memberships that a node has to know when its core begins: the one that its state holds, and newer ones in its log. */
import type { Configuration } from "#raft/configuration.ts";
import { decodeConfiguration } from "#raft/configuration-codec.ts";
import type { RaftDisk } from "../log/disk-port.ts";

/** A membership, and the index of the entry that brought it; 0 for the one that the group began with. */
export interface PlacedConfiguration {
  readonly index: number;
  readonly configuration: Configuration;
}

/** Whether the node has a place in the group, with a vote or without. */
export function isMember({ members }: Configuration, id: string): boolean {
  return members.some((member) => member.id === id);
}

/** Oldest first; none for a newcomer that has heard of no group yet. `position`: how far the state has come. */
export function configurationsOf(
  inState: PlacedConfiguration,
  position: number,
  disk: RaftDisk,
): readonly PlacedConfiguration[] {
  const isKnown = inState.configuration.members.length > 0 || inState.index > 0;
  const found: PlacedConfiguration[] = isKnown ? [inState] : [];
  for (const entry of disk.entriesAfter(position)) {
    if (entry.kind === "configuration")
      found.push({ index: entry.index, configuration: decodeConfiguration(entry.payload) });
  }
  return found;
}

export function isSoleVoter({ members }: Configuration, id: string): boolean {
  const voters = members.filter(({ role }) => role === "voter");
  return voters.length === 1 && voters[0]?.id === id;
}
