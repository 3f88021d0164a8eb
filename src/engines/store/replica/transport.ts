/**
 * How the members of a group reach each other, as a port: over gRPC in `engines/peer`, through a simulated network in
 * `sim/`, and to nobody at all in a group of one.
 */
import type { Readable } from "node:stream";
import type { Member, NodeId } from "#raft/configuration.ts";
import type { Message, SnapshotId, SnapshotOffer } from "#raft/message.ts";

/** What a member tells the others of itself whenever a link comes up. */
export interface PeerFacts {
  /** The newest schema that it knows (how many migrations): a change is proposed when every voter knows it. */
  readonly schemaKnown: number;
  /** The version of Lyceum that it runs, for people. */
  readonly version: string;
}

/** A snapshot file on its way: one database file, whole or from `offset` on. */
export interface SnapshotFile {
  readonly id: SnapshotId;
  readonly bytes: number;
  readonly sha256: string;
  read(offset: number): Readable;
}

/** Takes what comes in. Calls come one at a time per peer, in the order in which the peer sent them. */
export interface TransportHandler {
  message(message: Message): void;
  /** The link to a peer came up. */
  peerFacts(id: NodeId, facts: PeerFacts): void;
  /** The link to a peer broke; what was sent last may be lost. */
  unreachable(id: NodeId): void;
  /** Where an interrupted transfer of this very snapshot can go on: bytes that are durable here; 0 for the start. */
  snapshotOffset(snapshot: {
    readonly id: SnapshotId;
    readonly bytes: number;
    readonly sha256: string;
  }): Promise<number>;
  /** Takes the bytes from `offset` on; resolves when the snapshot is whole, checked and stepped into the core. */
  receiveSnapshot(
    offer: SnapshotOffer,
    file: { readonly bytes: number; readonly sha256: string },
    offset: number,
    source: AsyncIterable<Uint8Array>,
  ): Promise<void>;
}

export interface Transport {
  /** Begins to deliver; called once, before anything is sent. */
  start(handler: TransportHandler, facts: () => PeerFacts): Promise<void>;
  /** Whom to have links to, this node excluded; called at the start and whenever the membership or an address changes. */
  setPeers(members: readonly Member[]): void;
  /** Sends, or drops: never waits, never throws. What cannot go out within a short time is dropped, oldest first. */
  send(message: Message): void;
  /** Carries a snapshot to the offer's receiver, in checked chunks, from where an earlier try ended. */
  sendSnapshot(offer: SnapshotOffer, file: SnapshotFile): Promise<void>;
  /** For people: what is known of the link to each peer. */
  links(): ReadonlyMap<
    NodeId,
    { readonly isUp: boolean; readonly facts: PeerFacts | null; readonly roundTripMs: number | null }
  >;
  close(): Promise<void>;
}
