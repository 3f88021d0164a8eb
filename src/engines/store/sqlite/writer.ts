/**
 * The one writer: a loop that does one thing at a time with the database, between transactions each. Where this node
 * leads, commands wait in a queue; those at hand run in one transaction, what they changed goes to the group's log
 * before COMMIT, and nobody gets an answer before both have succeeded. Entries that others led, or that came without a
 * transaction of ours, are applied as soon as they are committed.
 */
import { assert, present } from "#base/assert.ts";
import type { Entry, EntryId, Proposal } from "#raft/entry.ts";
import { NotLeader, Unavailable } from "../../errors.ts";
import type { Answer, WriteTransaction } from "../port.ts";
import type { PlacedConfiguration } from "../replica/configurations.ts";
import type { Group } from "../replica/group.ts";
import { type Applied, Diverged, placed, SchemaUnknown } from "./apply.ts";
import { type CommandTask, commandTask, type Place } from "./batch.ts";
import type { Generation } from "./generation.ts";
import type { SqliteLimits } from "./limits.ts";
import { readConfiguration, readMeta } from "./meta.ts";
import { Replies } from "./replies.ts";
import type { Report } from "./report.ts";
import type { Schema } from "./schema.ts";
import { SchemaChanges } from "./schema-changes.ts";
import type { Step, Trouble } from "./trouble.ts";
import type { TurnWatch } from "./turn-watch.ts";

export interface WriterOptions {
  readonly selfId: string;
  readonly generation: Generation;
  readonly schema: Schema;
  readonly trouble: Trouble;
  readonly limits: SqliteLimits;
  readonly turns: TurnWatch;
  readonly report: Report;
  /** After each commit, when answers are out. */
  readonly onCommitted: (position: number) => void;
  readonly onSchemaChanged: () => void;
  /** The transaction ends after such an entry, and this is called before anything else is written. */
  readonly isMark: (entry: Entry) => boolean;
  readonly onMark: (entry: Entry) => Promise<void>;
  /** This copy of the data does not fit the log. */
  readonly onDiverged: (error: Diverged) => void;
}

/** Entries read for one transaction. */
const applyBytesMax = 1 << 20;

export class Writer {
  readonly #options: WriterOptions;
  readonly #queue: CommandTask[] = [];
  readonly #alone: (() => Promise<void>)[] = [];
  readonly #replies: Replies;
  readonly #schemaChanges: SchemaChanges;
  #generation: Generation;
  #group: Group | null = null;
  #position = 0;
  #schemaVersion = 0;
  #configuration: PlacedConfiguration = { index: 0, configuration: { members: [] } };
  #draining: Promise<void> | null = null;
  #closing = false;
  /** Why committed entries are not applied, until a restart or another generation; null while they are. */
  #stalled: string | null = null;
  /** Entries that came without a transaction of this node. */
  entriesApplied = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#replies = new Replies(options.trouble);
    this.#schemaChanges = new SchemaChanges(options);
    this.#generation = options.generation;
    this.#readState();
  }

  get position(): number {
    return this.#position;
  }

  get schemaVersion(): number {
    return this.#schemaVersion;
  }

  get configuration(): PlacedConfiguration {
    return this.#configuration;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get generation(): Generation {
    return this.#generation;
  }

  /** For the metrics page. */
  get counts(): Replies["counts"] {
    return this.#replies.counts;
  }

  /** Whether every voter knows the newest schema that this node knows. */
  get isSchemaKnownToAll(): boolean {
    return this.#schemaChanges.isKnownToAll(this.#here);
  }

  get stalled(): string | null {
    return this.#stalled;
  }

  /** Begins to work with `group`. */
  attach(group: Group): void {
    this.#group = group;
    group.onLeadership(({ isLeader, leaderId }) => {
      if (!isLeader) this.rejectQueue(new NotLeader(leaderId));
    });
  }

  submit<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<Answer<T>> {
    const { task, answer } = commandTask(work);
    const refusal = this.#refusal();
    if (refusal !== null) {
      task.reject(refusal);
    } else {
      this.#queue.push(task);
      this.#draining ??= this.#drain();
    }
    return answer;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#draining === null && this.#next() !== null) this.#draining = this.#drain();
  }

  /** Runs `act` while no transaction is open and none begins. */
  runAlone<T>(act: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#alone.push(() => act().then(resolve, reject));
    this.wake();
    return promise;
  }

  /** Goes on with another generation of the database; called by what runs alone. */
  adopt(generation: Generation): void {
    this.#generation = generation;
    this.#stalled = null;
    this.#readState();
    this.#options.schema.changed(generation.connection.database);
    this.#options.onCommitted(this.#position);
  }

  /** Applies nothing more; for a copy that is to be replaced. */
  stall(reason: string): void {
    this.#stalled = reason;
  }

  /** Resolves once there is nothing to do. */
  async idle(): Promise<void> {
    while (this.#draining !== null) await this.#draining;
  }

  /** Brings the database up to what is committed, for the probe; throws what the disk says. */
  async catchUp(): Promise<void> {
    await this.idle();
    try {
      while (this.#isBehind()) this.#applySome();
    } catch (error) {
      if (error instanceof SchemaUnknown) this.#stallOn(error);
      else if (error instanceof Diverged && !this.#here.isSoleVoter) this.#options.onDiverged(error);
      else throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.idle();
  }

  /** Nobody in the queue waits any longer. */
  rejectQueue(error: Unavailable): void {
    for (const task of this.#queue.splice(0)) task.reject(error);
  }

  get #here(): Group {
    return present(this.#group, "the writer works for a group");
  }

  #refusal(): Unavailable | null {
    const { trouble, limits } = this.#options;
    const { isLeader, leaderId } = this.#here.leadership;
    if (!isLeader && leaderId !== null) return new NotLeader(leaderId);
    if (this.#closing) return new Unavailable("the store is shutting down");
    if (trouble.reason !== null) return trouble.unavailable();
    if (!isLeader) return new NotLeader(null, { retryAfterMs: 250 });
    if (this.#queue.length < limits.queueMax) return null;
    return new Unavailable("too many commands are waiting", { retryAfterMs: 250 });
  }

  async #drain(): Promise<void> {
    do {
      // Whoever is ready in this turn of the event loop travels in the same batch.
      await this.#options.turns.next();
      try {
        await this.#next()?.();
        this.#generation.checkpointer.betweenBatches();
      } catch (error) {
        this.#options.trouble.refuse("apply", error);
      }
    } while (this.#next() !== null);
    this.#draining = null;
  }

  /** What is to be done now, or null. */
  #next(): (() => Promise<void>) | null {
    const alone = this.#alone[0];
    if (alone !== undefined) {
      return () => {
        this.#alone.shift();
        return alone();
      };
    }
    if (this.#options.trouble.reason !== null) return null;
    if (this.#isBehind()) return this.#closing && this.#queue.length === 0 ? null : () => this.#apply();
    if (!this.#here.mayPropose || this.#position < this.#here.commitIndex) return null;
    if (!this.#closing && this.#schemaChanges.isDue(this.#here)) return () => this.#runMigration();
    return this.#queue.length > 0 ? () => this.#runBatch() : null;
  }

  #isBehind(): boolean {
    if (this.#group === null || this.#stalled !== null || this.#position >= this.#group.commitIndex)
      return false;
    // Before it is told what this version knows, a member could take a schema that it does not know.
    return this.#options.schema.isTold || this.#group.isSoleVoter;
  }

  async #apply(): Promise<void> {
    try {
      const { last } = this.#applySome();
      if (this.#options.isMark(last)) await this.#options.onMark(last);
    } catch (error) {
      if (error instanceof SchemaUnknown) this.#stallOn(error);
      else if (error instanceof Diverged && !this.#here.isSoleVoter) this.#options.onDiverged(error);
      else this.#options.trouble.refuse("apply", error);
    }
  }

  #applySome(): Applied {
    const { limits, schema, isMark } = this.#options;
    const applied = this.#generation.applier.apply(
      this.#here.committedEntries(this.#position + 1, applyBytesMax),
      {
        entriesMax: limits.applyBatchMax,
        endsAfter: isMark,
        ...(schema.isTold ? { knows: (migration) => schema.knows(migration) } : {}),
      },
    );
    this.entriesApplied += applied.meta.index - this.#position;
    this.#position = applied.meta.index;
    this.#schemaVersion = applied.meta.schemaVersion;
    this.#configuration = applied.configuration ?? this.#configuration;
    if (applied.schemaChanged) this.#schemaChanged();
    this.#options.onCommitted(this.#position);
    this.#options.schema.recheck();
    return applied;
  }

  /** A newer Lyceum changed the schema; this one can only wait to be replaced by it. */
  #stallOn({ message }: SchemaUnknown): void {
    this.#stalled = `the cluster's schema has the migration ${message}, which this version of Lyceum does not know: upgrade this node`;
    this.#options.report({
      level: "error",
      event: "schema-unknown",
      message: `This node stops following the cluster: ${this.#stalled}.`,
      facts: { migration: message, position: this.#position },
    });
    this.#here.resign();
  }

  async #runBatch(): Promise<void> {
    const { batches } = this.#generation;
    const { term } = this.#here.status;
    let step: Step = "command";
    try {
      const changeset = await batches.run(this.#queue);
      if (changeset === null) return;
      if (changeset.length === 0) {
        batches.commit(null);
        void this.#replies.unchanged(batches.executed, this.#position, this.#here);
        return;
      }
      step = "log";
      const proposal: Proposal = {
        kind: "changeset",
        schemaVersion: this.#schemaVersion,
        payload: changeset,
      };
      const place = this.#placeOf(await this.#here.propose(proposal, term));
      step = "commit";
      batches.commit(place);
      this.#arrivedAt(place);
    } catch (error) {
      batches.rollBack();
      this.#queue.unshift(...this.#replies.failed(batches.executed, step, error));
      return;
    }
    this.#replies.committed(batches.executed, this.#position);
    this.#options.onCommitted(this.#position);
  }

  /** Between the last entry of ours and this one only the group's own can lie: terms that began, memberships. */
  #placeOf(id: EntryId): Place {
    let configuration: PlacedConfiguration | null = null;
    let next = this.#position + 1;
    while (next < id.index) {
      for (const entry of this.#here.committedEntries(next, applyBytesMax)) {
        if (entry.index === id.index) break;
        assert(entry.kind === "noop" || entry.kind === "configuration", "only the writer changes the data");
        if (entry.kind === "configuration") configuration = placed(entry);
        next = entry.index + 1;
      }
    }
    return { ...id, configuration };
  }

  #arrivedAt({ index, configuration }: Place): void {
    this.#position = index;
    this.#configuration = configuration ?? this.#configuration;
  }

  async #runMigration(): Promise<void> {
    const place = await this.#schemaChanges.run({
      group: this.#here,
      generation: this.#generation,
      schemaVersion: this.#schemaVersion,
      placeOf: (id) => this.#placeOf(id),
    });
    if (place === null) return;
    this.#arrivedAt(place);
    this.#schemaVersion++;
    this.#schemaChanged();
    this.#options.onCommitted(this.#position);
  }

  #schemaChanged(): void {
    this.#generation.forgetStatements();
    this.#options.schema.changed(this.#generation.connection.database);
    this.#options.onSchemaChanged();
  }

  #readState(): void {
    const { database } = this.#generation.applyConnection;
    const meta = readMeta(database);
    this.#position = meta.index;
    this.#schemaVersion = meta.schemaVersion;
    this.#configuration = readConfiguration(database) ?? this.#configuration;
  }
}
