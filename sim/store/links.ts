/**
 * A node's links to the others, over the simulated network: Raft's messages, what each tells of itself, snapshots, and
 * questions. It dies with the process that it was made for.
 */

import type { JsonValue } from "#base/json.ts";
import { Unavailable } from "#engines/errors.ts";
import type { PeerAnswerer, Peers } from "#engines/peer/port.ts";
import type {
  PeerFacts,
  SnapshotFile,
  Transport,
  TransportHandler,
} from "#engines/store/replica/transport.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import type { Message, SnapshotOffer } from "#raft/message.ts";
import type { Chance } from "../chance.ts";
import type { Network } from "../network.ts";
import type { Life } from "./node-clock.ts";

export interface LinksOptions {
  readonly id: NodeId;
  readonly life: Life;
  readonly chance: Chance;
  readonly network: Network;
  readonly snapshotMs: number;
  /** The links of the process that runs at a node now, if one does. */
  readonly linksOf: (id: NodeId) => Links | null;
  /** Sees every message that leaves, and every one that is handed over. */
  readonly onSent: (message: Message) => void;
  readonly onReceived: (message: Message) => void;
  /** A message broke a promise of the program's own, which ends the process. */
  readonly onBroken: (error: unknown) => void;
  readonly onSnapshot: (ok: boolean) => void;
  /** Answers appends before the node has them. A planted fault. */
  readonly acknowledgesUnsaved: boolean;
}

const factsEveryMs = 100;

export class Links implements Transport, Pick<Peers, "ask" | "answer"> {
  readonly #options: LinksOptions;
  readonly #answerers = new Map<string, PeerAnswerer>();
  #handler: TransportHandler | null = null;
  #facts: () => PeerFacts = () => ({ schemaKnown: 0, version: "" });
  #peers: readonly NodeId[] = [];

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  async start(handler: TransportHandler, facts: () => PeerFacts): Promise<void> {
    this.#handler = handler;
    this.#facts = facts;
    this.#tellFacts();
  }

  setPeers(members: readonly Member[]): void {
    this.#peers = members.map(({ id }) => id);
  }

  send(message: Message): void {
    this.#options.onSent(message);
    this.#carry(message.to, (there) => there.#receive(message));
  }

  /** The link to `id` broke. */
  lost(id: NodeId): void {
    this.#options.life.after(0, () => this.#handler?.unreachable(id));
  }

  async sendSnapshot(offer: SnapshotOffer, file: SnapshotFile): Promise<void> {
    const { life, chance, snapshotMs, onSnapshot } = this.#options;
    await life.wait(snapshotMs * (0.2 + chance.draw(100) / 100));
    let ok = false;
    try {
      const receiver = this.#reach(offer.to);
      const { id, bytes, sha256 } = file;
      const offset = await receiver.snapshotOffset({ id, bytes, sha256 });
      const content = await contentOf(file, offset);
      const cut = chance.happens(0.15) ? chance.draw(content.length + 1) : null;
      await life.wait(snapshotMs * (0.2 + chance.draw(100) / 100));
      // Another process may run there by now.
      if (this.#reach(offer.to) !== receiver) throw new Unavailable("the receiver started anew");
      await receiver.receiveSnapshot(offer, { bytes, sha256 }, offset, piecesOf(content, cut));
      ok = true;
    } finally {
      onSnapshot(ok);
    }
  }

  links(): ReturnType<Transport["links"]> {
    return new Map();
  }

  async close(): Promise<void> {
    this.#handler = null;
  }

  ask(to: NodeId, kind: string, body: JsonValue, limits: { readonly timeoutMs: number }): Promise<JsonValue> {
    const { promise, resolve, reject } = Promise.withResolvers<JsonValue>();
    this.#options.life.after(Math.min(limits.timeoutMs, 1_000), () =>
      reject(new Unavailable("no answer in time")),
    );
    this.#carry(to, (there) => {
      const answerer = there.#answerers.get(kind);
      if (answerer === undefined) return;
      answerer(structuredClone(body), this.#options.id).then(
        (answer) => there.#carry(this.#options.id, () => resolve(structuredClone(answer))),
        (error) => there.#carry(this.#options.id, () => reject(new Unavailable(String(error)))),
      );
    });
    return promise;
  }

  answer(kind: string, answerer: PeerAnswerer): void {
    this.#answerers.set(kind, answerer);
  }

  #carry(to: NodeId, deliver: (there: Links) => void): void {
    const { id, network, linksOf, life } = this.#options;
    if (life.isOver) return;
    network.send(id, to, () => {
      const there = linksOf(to);
      if (there !== null) there.#options.life.after(0, () => deliver(there));
    });
  }

  #receive(message: Message): void {
    const { acknowledgesUnsaved, onReceived } = this.#options;
    if (this.#handler === null) return;
    onReceived(message);
    try {
      this.#handler.message(message);
    } catch (error) {
      this.#options.onBroken(error);
      return;
    }
    if (acknowledgesUnsaved && message.type === "append-request") {
      const { from, to, term, previous, entries } = message;
      const matchIndex = previous.index + entries.length;
      this.send({ type: "append-reply", from: to, to: from, term, matchIndex, rejected: null });
    }
  }

  #reach(to: NodeId): TransportHandler {
    const { id, network, linksOf } = this.#options;
    const there = linksOf(to);
    const handler = there === null ? null : there.#handler;
    if (handler === null || network.isCut(id, to) || network.isCut(to, id))
      throw new Unavailable("the link is down");
    return handler;
  }

  /** As links come up again and again, whoever is there hears what this node knows. */
  #tellFacts(): void {
    for (const to of this.#peers) {
      this.#carry(to, (there) => there.#handler?.peerFacts(this.#options.id, this.#facts()));
    }
    this.#options.life.after(factsEveryMs, () => this.#tellFacts());
  }
}

async function contentOf(file: SnapshotFile, offset: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of file.read(offset)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The bytes in pieces; with `cut`, the link breaks after so many. */
async function* piecesOf(content: Buffer, cut: number | null): AsyncGenerator<Uint8Array> {
  const end = cut ?? content.length;
  for (let at = 0; at < end; at += pieceBytes) yield content.subarray(at, Math.min(end, at + pieceBytes));
  if (cut !== null) throw new Unavailable("the link broke");
}

const pieceBytes = 16_384;
