/**
 * Links between the nodes of a test, in memory: messages arrive in order and one turn of the event loop later, unless
 * the link is cut. What is asked and answered beside Raft's messages goes the same way.
 */
import type { JsonValue } from "#base/json.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import type { Message, SnapshotOffer } from "#raft/message.ts";
import { OutcomeUnknown, Unavailable } from "../../../errors.ts";
import type { PeerAnswerer, Peers } from "../../../peer/port.ts";
import type { PeerFacts, SnapshotFile, Transport, TransportHandler } from "../transport.ts";

export class MemoryNetwork {
  readonly #nodes = new Map<NodeId, MemoryTransport>();
  /** Links that carry nothing, as `from>to`. */
  readonly #cut = new Set<string>();
  /** Sees each message before it is delivered; a false answer loses it. */
  passes: (message: Message) => boolean = () => true;
  snapshotsPass = true;

  /** The transport of a node that starts now; one of an earlier run is dead from here on. */
  connect(id: NodeId): MemoryTransport {
    return new MemoryTransport(this, id);
  }

  /** Nothing passes between `id` and anybody until `heal`. */
  isolate(id: NodeId): void {
    for (const other of this.#nodes.keys()) this.cut(id, other);
  }

  cut(one: NodeId, other: NodeId): void {
    for (const link of [`${one}>${other}`, `${other}>${one}`]) this.#cut.add(link);
    this.#nodes.get(one)?.lost(other);
    this.#nodes.get(other)?.lost(one);
  }

  heal(): void {
    this.#cut.clear();
    for (const node of this.#nodes.values()) for (const other of this.#nodes.values()) node.meet(other);
  }

  isUp(from: NodeId, to: NodeId): boolean {
    return this.#nodes.has(from) && this.#nodes.has(to) && !this.#cut.has(`${from}>${to}`);
  }

  attach(node: MemoryTransport): void {
    this.#nodes.set(node.id, node);
    for (const other of this.#nodes.values()) {
      if (other === node) continue;
      node.meet(other);
      other.meet(node);
    }
  }

  detach(node: MemoryTransport): void {
    if (this.#nodes.get(node.id) !== node) return;
    this.#nodes.delete(node.id);
    for (const other of this.#nodes.values()) other.lost(node.id);
  }

  at(id: NodeId): MemoryTransport | undefined {
    return this.#nodes.get(id);
  }
}

export class MemoryTransport implements Transport, Pick<Peers, "ask" | "answer"> {
  readonly id: NodeId;
  readonly #network: MemoryNetwork;
  readonly #answerers = new Map<string, PeerAnswerer>();
  #handler: TransportHandler | null = null;
  #facts: () => PeerFacts = () => ({ schemaKnown: 0, version: "" });
  /** How many snapshots were sent to the end. */
  snapshotsSent = 0;

  constructor(network: MemoryNetwork, id: NodeId) {
    this.#network = network;
    this.id = id;
  }

  async start(handler: TransportHandler, facts: () => PeerFacts): Promise<void> {
    this.#handler = handler;
    this.#facts = facts;
    this.#network.attach(this);
  }

  setPeers(_members: readonly Member[]): void {}

  send(message: Message): void {
    setImmediate(() => {
      if (this.#handler === null || !this.#network.isUp(message.from, message.to)) return;
      if (this.#network.passes(message)) this.#network.at(message.to)?.deliver(message);
    });
  }

  async sendSnapshot(offer: SnapshotOffer, file: SnapshotFile): Promise<void> {
    const receiver = this.#network.at(offer.to)?.handler;
    if (
      receiver === null ||
      receiver === undefined ||
      !this.#network.snapshotsPass ||
      !this.#network.isUp(this.id, offer.to)
    )
      throw new Unavailable("the link is down");
    const { id, bytes, sha256 } = file;
    const offset = await receiver.snapshotOffset({ id, bytes, sha256 });
    await receiver.receiveSnapshot(offer, { bytes, sha256 }, offset, file.read(offset));
    this.snapshotsSent++;
  }

  links(): ReturnType<Transport["links"]> {
    return new Map();
  }

  async ask(to: NodeId, kind: string, body: JsonValue): Promise<JsonValue> {
    if (!this.#network.isUp(this.id, to)) throw new Unavailable("the link is down");
    const answerer = this.#network.at(to)?.answererOf(kind);
    if (answerer === undefined) throw new Unavailable(`nobody answers ${kind}`);
    const answer = await answerer(structuredClone(body), this.id);
    if (!this.#network.isUp(to, this.id)) throw new OutcomeUnknown("the link broke");
    return structuredClone(answer);
  }

  answer(kind: string, answerer: PeerAnswerer): void {
    this.#answerers.set(kind, answerer);
  }

  async close(): Promise<void> {
    this.#handler = null;
    this.#network.detach(this);
  }

  get handler(): TransportHandler | null {
    return this.#handler;
  }

  answererOf(kind: string): PeerAnswerer | undefined {
    return this.#answerers.get(kind);
  }

  deliver(message: Message): void {
    this.#handler?.message(message);
  }

  meet(other: MemoryTransport): void {
    if (other !== this && this.#network.isUp(other.id, this.id))
      this.#handler?.peerFacts(other.id, other.#facts());
  }

  lost(other: NodeId): void {
    this.#handler?.unreachable(other);
  }
}
