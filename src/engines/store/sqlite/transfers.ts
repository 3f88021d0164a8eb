/**
 * Snapshots between members: the leader sends one to whoever is behind the beginning of its log; a member takes one in,
 * checks it, and goes on with it as the next generation of its database, without a restart. Reads wait while the one
 * takes the other's place; none sees a mixture.
 */

import { present } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import type { JsonValue } from "#base/json.ts";
import type { NodeId } from "#raft/configuration.ts";
import type { SnapshotId, SnapshotOffer } from "#raft/message.ts";
import { NotLeader, Unavailable } from "../../errors.ts";
import type { RaftDisk } from "../log/disk-port.ts";
import type { Group } from "../replica/group.ts";
import type { Retention } from "../replica/retention.ts";
import { SnapshotInbox } from "../replica/snapshot-inbox.ts";
import { SnapshotShelf } from "../replica/snapshot-shelf.ts";
import type { SnapshotFile, Transport, TransportHandler } from "../replica/transport.ts";
import type { FolderPaths } from "./folder.ts";
import type { Generation } from "./generation.ts";
import type { Readers } from "./readers.ts";
import type { Report } from "./report.ts";
import { installGeneration, removeStaleGenerations } from "./snapshot-install.ts";
import type { SnapshotWorker } from "./snapshot-tasks.ts";
import type { Writer } from "./writer.ts";

export interface TransfersOptions {
  readonly folder: string;
  readonly selfId: NodeId;
  readonly storeId: string;
  readonly disk: RaftDisk;
  readonly worker: SnapshotWorker;
  readonly transport: Transport | null;
  readonly clock: Clock;
  readonly report: Report;
  readonly retention: Retention;
  readonly writer: Writer;
  readonly readers: Readers;
  readonly group: () => Group;
  readonly openGeneration: (paths: FolderPaths) => Generation;
  /** This node takes in a state for itself although its log needs none. */
  readonly isRebuilding: () => boolean;
  readonly onInstalled: (snapshot: SnapshotId) => void;
}

/** After a transfer that failed, the next one waits so long. */
const retryMs = 1_000;

export class Transfers implements Pick<TransportHandler, "snapshotOffset" | "receiveSnapshot"> {
  readonly #options: TransfersOptions;
  readonly #shelf: SnapshotShelf;
  readonly #inbox: SnapshotInbox;
  readonly #sendingTo = new Map<NodeId, Promise<boolean>>();
  /** Counts transfers to this node; a later one ends an earlier one. */
  #received = 0;
  /** A snapshot is whole, and the core is about to say whether it is put into force. */
  #takingOver: Promise<void> | null = null;
  readonly #ended = Promise.withResolvers<void>();
  #closing = false;
  /** For the metrics page. */
  readonly counts = { sent: 0, failed: 0, taken: 0, installed: 0 };

  constructor(options: TransfersOptions) {
    this.#options = options;
    const { folder, storeId, worker, clock } = options;
    this.#shelf = new SnapshotShelf({ folder, worker, clock });
    this.#inbox = new SnapshotInbox({ folder, storeId, worker });
  }

  /** The snapshot that this node took last. */
  get newest(): SnapshotShelf["newest"] {
    return this.#shelf.newest;
  }

  /** Removes what an earlier run left of a transfer that this node can do without by now. */
  tidy(): void {
    if (!this.#options.isRebuilding()) this.#inbox.forgetThrough(this.#options.writer.position);
  }

  /** The core asks for a snapshot for one of its followers. */
  send(offer: SnapshotOffer): void {
    if (this.#sendingTo.has(offer.to) || this.#closing) return;
    void this.sendNow(offer).then((ok) => this.#options.group().snapshotSent(offer.to, ok));
  }

  /** Sends a snapshot that stands at `offer.snapshot.index` or later; gives whether it arrived. Never rejects. */
  sendNow(offer: SnapshotOffer): Promise<boolean> {
    const underway = this.#sendingTo.get(offer.to);
    if (underway !== undefined) return underway;
    const sending = this.#send(offer).finally(() => this.#sendingTo.delete(offer.to));
    this.#sendingTo.set(offer.to, sending);
    return sending;
  }

  /** A member asks for a snapshot of its own accord; answers once it has one. */
  async answerWish(body: JsonValue, to: NodeId): Promise<null> {
    const { group, disk, selfId } = this.#options;
    const { status, leadership } = group();
    if (!leadership.isLeader) throw new NotLeader(leadership.leaderId);
    const { from } = (body ?? {}) as { from?: unknown };
    const { index, term } = disk.start;
    const isThere = await this.sendNow({
      type: "snapshot-offer",
      from: selfId,
      to,
      term: status.term,
      snapshot: {
        index: Math.max(index, typeof from === "number" ? from : 0),
        term,
        configuration: { index: 0, members: status.configuration.members },
      },
    });
    if (!isThere) throw new Unavailable("the snapshot did not arrive");
    return null;
  }

  snapshotOffset(snapshot: Parameters<TransportHandler["snapshotOffset"]>[0]): Promise<number> {
    return Promise.resolve(this.#inbox.offsetOf(snapshot));
  }

  async receiveSnapshot(
    offer: SnapshotOffer,
    file: { readonly bytes: number; readonly sha256: string },
    offset: number,
    source: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    // What was received before must be in its place before anything else is received.
    const turn = ++this.#received;
    while (this.#takingOver !== null) await this.#takingOver;
    await this.#inbox.receive({ id: offer.snapshot, ...file }, offset, source);
    if (turn !== this.#received) throw new Unavailable("another snapshot took this one's place");
    this.#takingOver = this.#takeOver(offer).finally(() => {
      this.#takingOver = null;
    });
    await this.#takingOver;
  }

  /** Puts the snapshot that was received into force. */
  install(snapshot: SnapshotId): Promise<void> {
    return this.#options.writer.runAlone(() => this.#exchange(snapshot));
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#ended.resolve();
    await Promise.allSettled([...this.#sendingTo.values(), this.#takingOver]);
    await this.#shelf.idle();
  }

  async #takeOver(offer: SnapshotOffer): Promise<void> {
    const { group, isRebuilding, disk } = this.#options;
    const { snapshot } = offer;
    await group().snapshotReceived(offer);
    const isLeft = this.#inbox.checkedFile(snapshot) !== null;
    // The log is right and goes on after it: only the state that was made from the log is not.
    const fits = snapshot.index <= group().commitIndex && disk.termAt(snapshot.index) === snapshot.term;
    if (isLeft && fits && isRebuilding()) await this.install(snapshot);
    if (isLeft) this.#inbox.discard();
  }

  async #send(offer: SnapshotOffer): Promise<boolean> {
    const { transport, clock, report, retention, writer } = this.#options;
    if (transport === null || this.#closing) return false;
    // What comes after the snapshot must still be there when it has arrived.
    const unpin = retention.pin(Math.min(writer.position, this.#shelf.newest?.id.index ?? writer.position));
    try {
      const file = await this.#fileFor(offer.snapshot.index);
      await transport.sendSnapshot({ ...offer, snapshot: file.id }, file);
      this.counts.sent++;
      return true;
    } catch (error) {
      this.counts.failed++;
      report({
        level: "warn",
        event: "snapshot-not-sent",
        message: `A snapshot could not be sent to node ${offer.to}: ${error instanceof Error ? error.message : String(error)}`,
        facts: { to: offer.to },
      });
      const pause = new Promise<void>((resolve) => clock.after(retryMs, resolve));
      await Promise.race([pause, this.#ended.promise]);
      return false;
    } finally {
      unpin();
    }
  }

  /** The snapshot at hand, if the log goes on where it ends; otherwise a new one. */
  async #fileFor(index: number): Promise<SnapshotFile> {
    const { disk, writer } = this.#options;
    const at = this.#shelf.newest?.id.index ?? -1;
    if (at < index || at < disk.start.index) {
      await this.#shelf.take(writer.generation.paths.database);
      this.counts.taken++;
    }
    return present(this.#shelf.file(), "a snapshot was taken");
  }

  async #exchange(snapshot: SnapshotId): Promise<void> {
    const { folder, writer, readers, openGeneration, report, onInstalled } = this.#options;
    const file = present(this.#inbox.checkedFile(snapshot), "the snapshot was received");
    const old = writer.generation;
    await readers.hold();
    try {
      const paths = await installGeneration({ folder, file, id: snapshot });
      writer.adopt(openGeneration(paths));
    } finally {
      readers.release(writer.generation.paths.database);
      // It lies elsewhere now, or has to come again.
      this.#inbox.discard();
    }
    await old.close();
    removeStaleGenerations(folder);
    this.counts.installed++;
    report({
      level: "info",
      event: "snapshot-installed",
      message: `The state of another node was taken over, at entry ${snapshot.index}.`,
      facts: { index: snapshot.index, term: snapshot.term },
    });
    onInstalled(snapshot);
  }
}
