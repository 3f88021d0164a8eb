/** Everything that one seed with the real store consists of. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import type { NodeId } from "#raft/configuration.ts";
import type { Message } from "#raft/message.ts";
import { Chance } from "../chance.ts";
import type { SeedOptions } from "../level.ts";
import { Network } from "../network.ts";
import { Coverage, Trace } from "../trace.ts";
import { VirtualTime } from "../virtual-time.ts";
import { watchHandles } from "./handles.ts";
import { voterOf } from "./members.ts";
import { quiet } from "./node-clock.ts";
import { StoreNode } from "./store-node.ts";
import { StoreOracle } from "./store-oracle.ts";
import { drawStorePlan, type StorePlan } from "./store-plan.ts";

/** Folders of seeds that run: should the process be told to end, they go with it. */
const folders = new Set<string>();
process.on("exit", () => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

export class StoreWorld {
  readonly chance: Chance;
  readonly plan: StorePlan;
  readonly fault: string | null;
  readonly checksRules: boolean;
  readonly time = new VirtualTime();
  readonly coverage = new Coverage();
  readonly trace: Trace;
  readonly network: Network;
  readonly oracle: StoreOracle;
  readonly nodes = new Map<NodeId, StoreNode>();
  readonly folder: string;
  isHealed = false;
  takesOperations = true;
  /** A spoiled copy was asked to lead: what it decides is wrong, and nobody could tell. Such a seed ends there. */
  isInconclusive = false;
  /** How much longer syncs take at present. */
  slowness = 1;
  /** Thrown by the main loop, whoever found it. */
  #failure: unknown = null;
  #whenQuiet: (() => void)[] = [];
  #moments = 0;

  constructor({ seed, fault, isVerbose, checksRules }: SeedOptions) {
    watchHandles();
    this.chance = new Chance(seed);
    this.plan = drawStorePlan(this.chance);
    this.fault = fault;
    this.checksRules = checksRules;
    this.trace = new Trace(this.time, isVerbose);
    this.network = new Network(this.time, this.chance.fork(), this.plan.weather);
    this.oracle = new StoreOracle(this.coverage, checksRules);
    this.folder = fs.mkdtempSync(join(memoryFolder(), "lyceum-sim-"));
    folders.add(this.folder);
    const founders = Array.from({ length: this.plan.nodes }, (_, place) => voterOf(`n${place + 1}`));
    for (const { id } of founders) this.nodes.set(id, new StoreNode(this, id, founders));
  }

  /** A new node with nothing on its disk. */
  newcomer(): StoreNode {
    const node = new StoreNode(this, `n${this.nodes.size + 1}`, []);
    this.nodes.set(node.id, node);
    return node;
  }

  get addresses(): NodeId[] {
    return [...this.nodes.values()].filter(({ isGone }) => !isGone).map(({ id }) => id);
  }

  /** Whether some copy is spoiled at present. */
  get isSpoiled(): boolean {
    return [...this.nodes.values()].some((node) => node.isSpoiled);
  }

  /** The node of the newest term that leads. */
  get leader(): StoreNode | null {
    let found: StoreNode | null = null;
    let term = -1;
    for (const node of this.nodes.values()) {
      const view = node.view;
      if (view === null || view.role !== "leader" || view.term <= term) continue;
      found = node;
      term = view.term;
    }
    return found;
  }

  /** The members as the newest leader, or whoever has come farthest, knows them. */
  get members(): readonly NodeId[] {
    let best: { term: number; commitIndex: number; ids: NodeId[] } | null = null;
    for (const node of this.nodes.values()) {
      const view = node.view;
      if (view === null) continue;
      const isBetter =
        best === null ||
        view.commitIndex > best.commitIndex ||
        (view.commitIndex === best.commitIndex && view.term > best.term);
      if (isBetter) {
        const ids = view.nodes.map(({ id }) => id);
        best = { term: view.term, commitIndex: view.commitIndex, ids };
      }
    }
    return best?.ids ?? [];
  }

  moment(): number {
    return ++this.#moments;
  }

  sent(message: Message): void {
    this.coverage.add("messages");
    this.guard(() => this.oracle.sends(message));
  }

  received(message: Message): void {
    const { to, from, type, term } = message;
    this.trace.note(to, `gets ${type}`, term, () => `from ${from}, term ${term}${wordsOf(message)}`);
  }

  /** Runs a check in the middle of the program under test, which must not see what it throws. */
  guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#failure ??= error;
  }

  whenQuiet(action: () => void): void {
    this.#whenQuiet.push(action);
  }

  /** Lets time pass until `until`, one event after the other, each to its end. */
  async run(until: number): Promise<void> {
    await this.#settle();
    while (!this.isInconclusive && this.time.step(until)) {
      await this.#settle();
      this.#look();
      if (this.#failure !== null) throw this.#failure;
    }
  }

  async #settle(): Promise<void> {
    await quiet();
    for (const action of this.#whenQuiet.splice(0)) action();
  }

  #look(): void {
    for (const node of this.nodes.values()) {
      const view = node.view;
      if (view?.role === "leader" && node.isSpoiled) this.isInconclusive = true;
      if (view?.role === "leader" && this.oracle.leads(node.id, view.term)) this.#maybeDieYoung(node);
    }
  }

  /** Leaders that die right after their election leave what Raft is most often wrong about (paper, figure 8). */
  #maybeDieYoung(node: StoreNode): void {
    if (this.isHealed || !this.chance.happens(this.plan.youngDeaths)) return;
    this.time.after(this.chance.draw(30), () => {
      if (this.isHealed || !node.isUp) return;
      this.coverage.add("new leaders killed");
      node.crash("killed as a new leader", true);
      this.planRestart(node);
    });
  }

  planRestart(node: StoreNode): void {
    this.time.after(1 + this.chance.draw(this.plan.restartMsMax), () => {
      if (!node.isUp && !node.isGone) void node.start();
    });
  }

  async dispose(): Promise<void> {
    for (const node of this.nodes.values()) node.dispose();
    await this.#settle();
    fs.rmSync(this.folder, { recursive: true, force: true });
    folders.delete(this.folder);
  }
}

/** Where files cost no disk, if there is such a place. */
function memoryFolder(): string {
  return fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
}

function wordsOf(message: Message): string {
  switch (message.type) {
    case "append-request": {
      const { previous, entries, commitIndex } = message;
      const ids = entries.map(({ index, term, kind }) => `${index}:${term} ${kind}`).join(", ");
      return `: behind ${previous.index}:${previous.term} [${ids}], committed ${commitIndex}`;
    }
    case "append-reply":
      return `: matches ${message.matchIndex}${message.rejected === null ? "" : `, refused ${message.rejected.previousIndex}`}`;
    case "vote-request":
    case "vote-reply":
      return `${message.isPreVote ? ", pre-vote" : ""}${message.type === "vote-reply" ? `, ${message.granted}` : ""}`;
    default:
      return "";
  }
}
