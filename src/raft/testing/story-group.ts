/**
 * A group for transcripts: nothing happens unless a command says so. Every message waits in the network until it is
 * delivered or lost; what a node has not saved, a crash takes.
 */
import assert from "node:assert/strict";
import { present } from "#base/assert.ts";
import type { Command } from "#base/data-driven.ts";
import type { Configuration, NodeId } from "../configuration.ts";
import type { Entry } from "../entry.ts";
import type { Unsigned } from "../leadership.ts";
import type { Message } from "../message.ts";
import { type Effects, type MembershipChange, type Raft, RaftRefused } from "../port.ts";
import { createRaft } from "../raft.ts";
import { member } from "./member.ts";
import { MemoryDisk } from "./memory-disk.ts";
import { renderEffects, renderEntries, renderMembers, renderMessage, renderStatus } from "./render.ts";

interface Machine {
  readonly id: NodeId;
  readonly disk: MemoryDisk;
  raft: Raft | null;
  saving: Effects | null;
  applied: number;
  isCut: boolean;
}

interface Habits {
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly appendBytesMax: number;
  readonly inFlightMax: number;
  readonly reads: "quorum" | "lease";
  readonly isPreVoteOff: boolean;
}

const list = (text: string | null) => (text === null || text === "" ? [] : text.split(","));

export class StoryGroup {
  #machines = new Map<NodeId, Machine>();
  #network: Message[] = [];
  #habits: Habits | null = null;
  readonly #verbs: Readonly<Record<string, (command: Command) => readonly string[]>>;

  constructor() {
    const on = (does: (raft: Raft, command: Command) => void) => (command: Command) => {
      const raft = this.#raft(this.#machine(command));
      return this.#refusable(() => does(raft, command));
    };
    this.#verbs = {
      group: (command) => this.#create(command),
      log: (command) => this.#presetLog(command),
      show: (command) => this.#show(command),
      progress: (command) => this.#progress(command),
      network: () => this.#network.map(renderMessage),
      work: (command) => this.#workAll(command),
      take: (command) => this.#take(this.#machine(command)),
      save: (command) => this.#save(this.#machine(command)),
      send: (command) => this.#send(this.#raft(this.#machine(command)).takeMessagesAtOnce()),
      deliver: (command) => this.#deliver(command),
      lose: (command) => this.#remove(command).map((message) => `lost ${renderMessage(message)}`),
      step: (command) => this.#stepMadeUp(command),
      settle: (command) => this.#settle(command),
      cut: (command) => this.#setCut(command, true),
      heal: (command) => this.#setCut(command, false),
      crash: (command) => this.#crash(this.#machine(command)),
      trim: (command) => this.#trim(command),
      tick: (command) => this.#tick(command),
      campaign: on((raft) => raft.campaign()),
      propose: on((raft, command) => {
        for (const text of list(command.arg("text")))
          raft.propose({ kind: "changeset", schemaVersion: 1, payload: new TextEncoder().encode(text) });
      }),
      change: on((raft, command) => raft.changeMembership(parseChange(command))),
      transfer: on((raft, command) => raft.transferLeadership(command.arg("to"))),
      read: on((raft, command) => raft.readIndex(Number(command.arg("context")))),
      resign: on((raft) => raft.resign()),
      resume: on((raft) => raft.resume()),
      unreachable: on((raft, command) => raft.unreachable(command.arg("id"))),
      "snapshot-sent": on((raft, command) =>
        raft.snapshotSent(command.arg("to"), command.arg("ok") === "yes"),
      ),
    };
  }

  run(command: Command): string {
    const verb = present(this.#verbs[command.verb], `the command ${command.verb} exists`);
    const lines = verb(command);
    return lines.length === 0 ? "ok" : lines.join("\n");
  }

  #create(command: Command): readonly string[] {
    const number = (name: string, otherwise: number) => Number(command.optional(name) ?? otherwise);
    this.#habits = {
      electionTicks: number("election", 10),
      heartbeatTicks: number("heartbeat", 1),
      appendBytesMax: number("bytes", 1_000),
      inFlightMax: number("window", 4),
      reads: command.optional("reads") === "lease" ? "lease" : "quorum",
      isPreVoteOff: command.optional("pre-vote") === "no",
    };
    const voters = list(command.arg("voters"));
    const configuration = {
      members: [
        ...voters.map((id) => member(id, "voter")),
        ...list(command.optional("learners")).map((id) => member(id, "learner")),
      ],
    };
    this.#network = [];
    this.#machines = new Map();
    for (const { id } of configuration.members) this.#build(id, configuration);
    for (const id of list(command.optional("newcomers"))) this.#build(id, null);
    return [`${[...this.#machines.keys()].join(" ")} ${renderMembers(configuration.members)}`];
  }

  #build(id: NodeId, configuration: Configuration | null): void {
    const disk = new MemoryDisk(configuration === null ? null : { index: 0, configuration });
    this.#machines.set(id, { id, disk, raft: null, saving: null, applied: 0, isCut: false });
  }

  #machine(command: Command): Machine {
    const id = command.arg("node");
    return present(this.#machines.get(id), `node ${id} exists`);
  }

  /** The node's core, started when it is first needed, so that its log can be laid out before. */
  #raft(machine: Machine): Raft {
    const { electionTicks, heartbeatTicks, appendBytesMax, inFlightMax, reads, isPreVoteOff } = present(
      this.#habits,
      "a group was made",
    );
    machine.raft ??= createRaft({
      id: machine.id,
      log: machine.disk,
      hardState: machine.disk.hardState,
      configurations: machine.disk.configurations,
      appliedIndex: machine.applied,
      electionTicks,
      heartbeatTicks,
      // The first node waits least, so that a story knows who campaigns.
      draw: (below) => [...this.#machines.keys()].indexOf(machine.id) % below,
      appendBytesMax,
      inFlightMax,
      reads,
      ...(isPreVoteOff ? { plantedFault: "drop-pre-vote" as const } : {}),
    });
    return machine.raft;
  }

  #refusable(wish: () => void): readonly string[] {
    try {
      wish();
      return [];
    } catch (error) {
      if (error instanceof RaftRefused) return [`refused (${error.code}): ${error.message}`];
      throw error;
    }
  }

  /** `terms=1,1,2` lays out a log by its entries' terms, as the paper draws it. */
  #presetLog(command: Command): readonly string[] {
    const machine = this.#machine(command);
    assert(machine.raft === null, "a log is laid out before the node starts");
    const entries = list(command.arg("terms")).map(
      (term, at): Entry => ({
        index: at + 1,
        term: Number(term),
        kind: "noop",
        schemaVersion: 0,
        // Not empty, so that `bytes=1` sends them one by one.
        payload: new Uint8Array(2),
      }),
    );
    machine.disk.put(entries);
    const term = Number(command.optional("term") ?? entries.at(-1)?.term ?? 0);
    machine.disk.hardState = { term, votedFor: command.optional("vote") };
    machine.applied = Number(command.optional("applied") ?? 0);
    return [`${machine.id} ${renderEntries(machine.disk.all)}`];
  }

  #nodes(command: Command): readonly Machine[] {
    const ids = list(command.optional("node") ?? command.optional("nodes"));
    const machines = [...this.#machines.values()];
    return ids.length === 0 ? machines : machines.filter(({ id }) => ids.includes(id));
  }

  /** What is durable, and what the core makes of it. */
  #show(command: Command): readonly string[] {
    return this.#nodes(command).map((machine) => {
      const { status } = this.#raft(machine);
      const line = renderStatus(status, machine.disk.all, machine.disk.start);
      return status.transferringTo === null ? line : `${line}, hands over to ${status.transferringTo}`;
    });
  }

  #progress(command: Command): readonly string[] {
    const { progress } = this.#raft(this.#machine(command)).status;
    return [...progress].map(
      ([id, { state, matchIndex, nextIndex, isActive }]) =>
        `${id} ${state} holds ${matchIndex} next ${nextIndex}${isActive ? "" : " silent"}`,
    );
  }

  #tick(command: Command): readonly string[] {
    for (let times = Number(command.optional("times") ?? 1); times > 0; times--)
      for (const machine of this.#nodes(command)) this.#raft(machine).tick();
    return [];
  }

  /** One round of the driver's duties on each node that has something to do. */
  #workAll(command: Command): readonly string[] {
    return this.#nodes(command).flatMap((machine) =>
      this.#raft(machine).hasEffects ? [...this.#take(machine), ...this.#save(machine)] : [],
    );
  }

  #take(machine: Machine): readonly string[] {
    assert(machine.saving === null, `${machine.id} saves something already`);
    machine.saving = this.#raft(machine).takeEffects();
    return this.#send(machine.saving.messagesAtOnce);
  }

  #save(machine: Machine): readonly string[] {
    const effects = present(machine.saving, `${machine.id} saves something`);
    machine.saving = null;
    machine.disk.save(effects);
    this.#raft(machine).saved();
    const lines = renderEffects(machine.id, effects, machine.applied);
    machine.applied = Math.max(machine.applied, effects.commitIndex);
    return [...lines, ...this.#send(effects.messages)];
  }

  #send(messages: readonly Message[]): readonly string[] {
    return messages.map((message) => {
      const isLost = [message.from, message.to].some((id) => this.#machines.get(id)?.isCut ?? true);
      if (!isLost) this.#network.push(message);
      return `${renderMessage(message)}${isLost ? " (lost)" : ""}`;
    });
  }

  /** The waiting messages that a command means: `from=`, `to=`, `type=`, the first `count=` of them or the `last=` ones. */
  #meant(command: Command): readonly Message[] {
    const found = this.#network.filter((message) =>
      (["from", "to", "type"] as const).every(
        (name) => command.optional(name) === null || command.optional(name) === message[name],
      ),
    );
    const last = command.optional("last");
    if (last !== null) return found.slice(-Number(last));
    return found.slice(0, Number(command.optional("count") ?? found.length));
  }

  #remove(command: Command): readonly Message[] {
    const meant = this.#meant(command);
    assert(meant.length > 0, `no such message waits: ${command.line}`);
    this.#network = this.#network.filter((message) => !meant.includes(message));
    return meant;
  }

  /** `again=yes` delivers a copy and leaves the message where it is. */
  #deliver(command: Command): readonly string[] {
    const isCopy = command.optional("again") === "yes";
    const meant = isCopy ? this.#meant(command) : this.#remove(command);
    for (const message of meant) this.#step(message);
    return [];
  }

  /** A message that nobody in the group has sent. */
  #stepMadeUp(command: Command): readonly string[] {
    const envelope = {
      from: command.arg("from"),
      to: command.arg("to"),
      term: Number(command.arg("term")),
    };
    this.#step({ ...madeUp(command.arg("type")), ...envelope });
    return [];
  }

  #step(message: Message): void {
    const machine = present(this.#machines.get(message.to), `${message.to} exists`);
    this.#raft(machine).step(message);
  }

  /** Everybody works and every message arrives, `rounds=` times or until nothing is left to do; `quiet=yes` only counts. */
  #settle(command: Command): readonly string[] {
    const lines: string[] = [];
    const rounds = Number(command.optional("rounds") ?? 200);
    let messages = 0;
    for (let round = 0; round < rounds; round++) {
      lines.push(...this.#workAll(command));
      const delivered = this.#network.splice(0);
      messages += delivered.length;
      for (const message of delivered) this.#step(message);
    }
    assert(
      command.optional("rounds") !== null ||
        !this.#nodes(command).some((machine) => this.#raft(machine).hasEffects),
      "it settles",
    );
    return command.optional("quiet") === "yes" ? [`${messages} messages`] : lines;
  }

  #setCut(command: Command, isCut: boolean): readonly string[] {
    const cut = this.#nodes(command);
    for (const machine of cut) machine.isCut = isCut;
    if (isCut)
      this.#network = this.#network.filter(
        ({ from, to }) => !cut.some((machine) => machine.id === from || machine.id === to),
      );
    return [];
  }

  #crash(machine: Machine): readonly string[] {
    machine.raft = null;
    machine.saving = null;
    return [];
  }

  #trim(command: Command): readonly string[] {
    this.#machine(command).disk.trimThrough(Number(command.arg("through")));
    return [];
  }
}

function madeUp(type: string): Unsigned {
  const last = { index: 100, term: 2 };
  switch (type) {
    case "heartbeat":
      return { type, to: "", commitIndex: 0, round: 1 };
    case "heartbeat-reply":
      return { type, to: "", round: 1 };
    case "append-reply":
      return { type, to: "", matchIndex: 0, rejected: { previousIndex: 0, hint: last } };
    case "vote-request":
      return { type, to: "", isPreVote: false, last, isTransfer: false };
    case "vote-reply":
      return { type, to: "", isPreVote: false, granted: true };
    case "would-vote":
      return { type: "vote-reply", to: "", isPreVote: true, granted: true };
    default:
      throw new Error(`no message of the type ${type} can be made up`);
  }
}

function parseChange(command: Command): MembershipChange {
  const add = command.optional("add");
  if (add !== null) {
    const role = command.optional("as") === "voter" ? "voter" : "learner";
    return { kind: "add-learner", member: member(add, role) };
  }
  for (const kind of ["promote", "demote", "remove"] as const) {
    const id = command.optional(kind);
    if (id !== null) return { kind, id };
  }
  return { kind: "update", member: member(command.arg("update"), "voter") };
}
