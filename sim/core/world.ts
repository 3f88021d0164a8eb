/** Everything that one seed of the core's simulation consists of, and what its parts need of each other. */
import { present } from "#base/assert.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import type { Message } from "#raft/message.ts";
import { Chance } from "../chance.ts";
import type { SeedOptions } from "../level.ts";
import { Network } from "../network.ts";
import { Coverage, Trace } from "../trace.ts";
import { VirtualTime } from "../virtual-time.ts";
import { Client } from "./client.ts";
import { CommandBook, type Image, Machine } from "./machine.ts";
import { SimNode } from "./node.ts";
import { Oracle } from "./oracle.ts";
import { drawPlan, type Plan } from "./plan.ts";

export class World {
  readonly chance: Chance;
  readonly plan: Plan;
  readonly time = new VirtualTime();
  readonly coverage = new Coverage();
  readonly trace: Trace;
  readonly network: Network;
  readonly book = new CommandBook();
  readonly oracle: Oracle;
  readonly nodes = new Map<NodeId, SimNode>();
  readonly clients: Client[];
  /** No more harm is done. */
  isHealed = false;
  takesOperations = true;
  /** How much longer saves take at present. */
  slowness = 1;
  readonly #learners = new Set<NodeId>();
  #moments = 0;
  #contexts = 0;

  constructor({ seed, fault, isVerbose, checksRules }: SeedOptions) {
    this.chance = new Chance(seed);
    this.plan = drawPlan(this.chance, fault);
    this.trace = new Trace(this.time, isVerbose);
    this.network = new Network(this.time, this.chance.fork(), this.plan.weather);
    const founders = Array.from({ length: this.plan.nodes }, (_, place) =>
      memberOf(`n${place + 1}`, "voter"),
    );
    const image = imageOf(founders);
    const disks = new Map<NodeId, SimNode["disk"]>();
    this.oracle = new Oracle({
      book: this.book,
      coverage: this.coverage,
      disks,
      truth: new Machine(image),
      members: founders,
      checksRules,
    });
    this.#addDisk = (node) => disks.set(node.id, node.disk);
    for (const { id } of founders) this.#addNode(id, image);
    this.clients = Array.from(
      { length: this.plan.clients },
      (_, place) =>
        new Client(this, `c${place + 1}`, present(this.plan.habits[place], "a client has habits")),
    );
  }

  readonly #addDisk: (node: SimNode) => void;

  #addNode(id: NodeId, image: Image): SimNode {
    const speed = this.chance.pick([0.5, 0.8, 1, 1, 1, 1.2, 2]);
    this.plan.tickSpeeds.set(id, this.plan.raft.reads === "lease" ? 1 : speed);
    const node = new SimNode(this, id, image);
    this.nodes.set(id, node);
    this.#addDisk(node);
    return node;
  }

  /** A new node with nothing on its disk, which waits for a leader to send it the log. */
  newcomer(): SimNode {
    const node = this.#addNode(`n${this.nodes.size + 1}`, imageOf([]));
    node.start();
    return node;
  }

  node(id: NodeId): SimNode | null {
    return this.nodes.get(id) ?? null;
  }

  /** Where clients believe that nodes are: also where they were. */
  get addresses(): NodeId[] {
    return [...this.nodes.values()].filter(({ isGone }) => !isGone).map(({ id }) => id);
  }

  /** The node that leads, as far as anybody can tell from outside. */
  get leader(): SimNode | null {
    let found: SimNode | null = null;
    for (const node of this.nodes.values()) {
      const isNewer = (node.status?.term ?? 0) > (found?.status?.term ?? 0);
      if (node.status?.role === "leader" && isNewer) found = node;
    }
    return found;
  }

  staysLearner(id: NodeId): boolean {
    return this.#learners.has(id);
  }

  keepLearner(id: NodeId): void {
    this.#learners.add(id);
  }

  /** A number for each call and return of an operation, in the order in which they happen. */
  moment(): number {
    return ++this.#moments;
  }

  nextContext(): number {
    return ++this.#contexts;
  }

  saveDelay(): number {
    const max = this.plan.saveMsMax * this.slowness;
    return max === 0 ? 0 : this.chance.draw(max * 16) / 16;
  }

  carry(message: Message, deliver: () => void): void {
    this.network.send(message.from, message.to, deliver);
  }

  planRestart(node: SimNode): void {
    this.time.after(1 + this.chance.draw(this.plan.restartMsMax), () => {
      if (!node.isUp && !node.isGone) node.start();
    });
  }
}

export function memberOf(id: NodeId, role: Member["role"]): Member {
  return { id, role, about: { name: id, peerAddress: `${id}:1`, httpUrl: null, grpcAddress: null } };
}

/** The state before the first entry. */
function imageOf(members: readonly Member[]): Image {
  return {
    id: { index: 0, term: 0, configuration: { index: 0, members } },
    values: new Map(),
    receipts: new Map(),
  };
}
