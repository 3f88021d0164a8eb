/** The SQLite engine behind the store's port: puts the parts together and hands each call to the one that does it. */
import type { Clock } from "#base/clock.ts";
import type { NodeId } from "#raft/configuration.ts";
import { Unavailable } from "../../errors.ts";
import type { Archiver } from "../log/archiver.ts";
import type { RaftDisk } from "../log/disk-port.ts";
import type {
  Answer,
  Database,
  Migration,
  ReadOptions,
  Store,
  StoreStatus,
  WriteTransaction,
} from "../port.ts";
import type { ClusterView } from "../replica/cluster.ts";
import { Group, type GroupTiming } from "../replica/group.ts";
import { GroupCluster } from "../replica/group-cluster.ts";
import type { Machine } from "../replica/machine.ts";
import { Retention } from "../replica/retention.ts";
import type { StoredSnapshot } from "../replica/snapshot-shelf.ts";
import type { StateHasher } from "../replica/state-hash.ts";
import { wishCompaction } from "./compaction.ts";
import { figuresOf } from "./figures.ts";
import type { FolderPaths } from "./folder.ts";
import type { Generation, GenerationEvents } from "./generation.ts";
import { HashRounds } from "./hash-rounds.ts";
import type { SqliteLimits } from "./limits.ts";
import { compileMigration } from "./migration.ts";
import type { MemberOptions } from "./open.ts";
import { Readers } from "./readers.ts";
import { Rebuild, snapshotQuestion } from "./rebuild.ts";
import type { Report } from "./report.ts";
import { Schema } from "./schema.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { SnapshotWorker } from "./snapshot-tasks.ts";
import { confirmedPosition } from "./strong-reads.ts";
import { Transfers } from "./transfers.ts";
import { Trouble } from "./trouble.ts";
import type { TurnWatch } from "./turn-watch.ts";
import { Writer } from "./writer.ts";

export interface SqliteStoreParts {
  readonly paths: FolderPaths;
  /** Null for a group of one that nobody joins. */
  readonly member: MemberOptions | null;
  readonly selfId: NodeId;
  readonly storeId: string;
  readonly disk: RaftDisk;
  readonly timing: GroupTiming;
  readonly draw: (below: number) => number;
  /** Keeps the log elsewhere too; null where nobody wished for that. */
  readonly openArchiver: ((position: () => number) => Archiver) | null;
  readonly limits: SqliteLimits;
  readonly report: Report;
  readonly clock: Clock;
  readonly turns: TurnWatch;
  readonly snapshotWorker: SnapshotWorker;
  readonly stateHasher: StateHasher;
  readonly generation: (paths: FolderPaths, events: GenerationEvents) => Generation;
  /** Lets go of the folder. */
  readonly release: () => void;
}

export class SqliteStore implements Store {
  readonly engine = "sqlite";
  readonly cluster: GroupCluster;
  readonly #parts: SqliteStoreParts;
  readonly #schema = new Schema();
  readonly #trouble: Trouble;
  readonly #writer: Writer;
  readonly #readers: Readers;
  readonly #group: Group;
  readonly #retention: Retention;
  readonly #transfers: Transfers;
  readonly #rebuild: Rebuild;
  readonly #hashRounds: HashRounds;
  readonly #archiver: Archiver | null;
  readonly #listeners = new Set<(position: number) => void>();
  readonly #snapshots = new Set<Promise<unknown>>();
  #closed: Promise<void> | null = null;

  /** Puts the parts together on the database and the log that `parts` names, which agree with each other. */
  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    const { disk, limits, clock, report, turns, member } = parts;
    this.#trouble = new Trouble({
      clock,
      limits,
      report,
      position: () => this.#writer.position,
      onRefused: (unavailable) => this.#refused(unavailable),
      mend: () => this.#mend(),
      onMended: () => this.#mended(),
    });
    const openGeneration = (paths: FolderPaths) =>
      parts.generation(paths, {
        onDurable: (position) => this.#trim(position),
        onTrouble: (error) => this.#trouble.refuse("checkpoint", error),
      });
    const generation = openGeneration(parts.paths);
    this.#writer = new Writer({
      selfId: parts.selfId,
      generation,
      schema: this.#schema,
      trouble: this.#trouble,
      limits,
      turns,
      report,
      onCommitted: (position) => this.#committed(position),
      onSchemaChanged: () => this.#readers.forgetStatements(),
      isMark: (entry) => this.#hashRounds.isMark(entry),
      onMark: (entry) => this.#hashRounds.met(entry),
      onDiverged: (error) => this.#rebuild.begin(error.message),
    });
    this.#readers = new Readers({
      file: this.#writer.generation.paths.database,
      limits,
      clock,
      turns,
      position: () => this.#writer.position,
      refusal: () => this.#rebuild.unavailable,
    });
    this.#retention = new Retention(limits, {
      start: disk.start.index,
      last: disk.last.index,
      bytes: disk.bytes,
    });
    const group = () => this.#group;
    const shared = { group, clock, report, writer: this.#writer, peers: member?.peers ?? null };
    this.#rebuild = new Rebuild({ ...shared, logStart: () => disk.start.index });
    this.#hashRounds = new HashRounds({
      ...shared,
      selfId: parts.selfId,
      hasher: parts.stateHasher,
      everyMs: limits.stateHashEveryMs,
      onDiffers: (reason) => this.#differs(reason),
    });
    this.#transfers = new Transfers({
      ...shared,
      folder: parts.paths.folder,
      storeId: parts.storeId,
      disk,
      worker: parts.snapshotWorker,
      selfId: parts.selfId,
      transport: member?.transport ?? null,
      retention: this.#retention,
      readers: this.#readers,
      openGeneration,
      isRebuilding: () => this.#rebuild.reason !== null,
      onInstalled: () => {
        this.#rebuild.ended();
        this.#resume();
      },
    });
    this.#group = new Group({
      id: parts.selfId,
      disk,
      machine: this.#machine(),
      transport: member?.transport ?? null,
      clock,
      report,
      draw: parts.draw,
      timing: parts.timing,
      snapshots: this.#transfers,
      nextTurn: () => turns.next(),
      facts: () => ({ schemaKnown: this.#schema.count, version: member?.version ?? "" }),
    });
    this.#writer.attach(this.#group);
    this.#archiver = parts.openArchiver?.(() => this.#writer.position) ?? null;
    this.cluster = new GroupCluster({
      group: this.#group,
      selfId: parts.selfId,
      clusterId: parts.storeId,
      version: member?.version ?? "",
      transport: member?.transport ?? null,
      clock,
      position: () => this.#writer.position,
      schemaVersion: () => this.#writer.schemaVersion,
      lastSnapshot: () => lastSnapshotOf(this.#transfers.newest),
      rebuilding: () => this.#rebuild.reason,
    });
    member?.peers?.answer(snapshotQuestion, (body, from) => this.#transfers.answerWish(body, from));
  }

  /** A group of one takes commands when this resolves. */
  async start(): Promise<void> {
    this.#rebuild.resume(this.#parts.paths);
    await this.#group.lead();
    await this.#writer.idle();
    this.#transfers.tidy();
  }

  write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<Answer<T>> {
    return this.#writer.submit(work);
  }

  async read<T>(work: (database: Database) => Promise<T>, options: ReadOptions = {}): Promise<Answer<T>> {
    if (options.strong !== true) return this.#readers.read(work, options);
    const confirmed = await confirmedPosition({
      group: this.#group,
      clock: this.#parts.clock,
      waitMsMax: this.#parts.limits.readWaitMsMax,
      isClosed: () => this.#closed !== null,
    });
    return this.#readers.read(work, { atLeast: Math.max(confirmed, options.atLeast ?? 0) });
  }

  async migrate(migrations: readonly Migration[]): Promise<void> {
    const { database } = this.#writer.generation.connection;
    this.#schema.tell(migrations.map(compileMigration), database, this.#parts.paths.folder);
    const there = this.#schema.waitUntil(() => this.#isSchemaThere());
    // Whether it failed or not is told by the last line alone.
    there.catch(() => undefined);
    await this.#group.join(() => this.#ticked());
    this.#writer.wake();
    await there;
  }

  onCommit(listener: (position: number) => void): () => void {
    // Wrapped, so that the same function may listen twice.
    const own = (position: number) => listener(position);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  async snapshotTo(file: string): Promise<{ readonly position: number; readonly bytes: number }> {
    const snapshot = takeSnapshot(this.#writer.generation.paths.database, file, this.#parts.snapshotWorker);
    this.#snapshots.add(snapshot);
    try {
      return await snapshot;
    } finally {
      this.#snapshots.delete(snapshot);
    }
  }

  leaveNoTraceOf(deletedAt: number): void {
    wishCompaction(this.#parts.paths.folder, deletedAt);
  }

  status(): StoreStatus {
    return {
      engine: this.engine,
      position: this.#writer.position,
      queued: this.#writer.queued,
      readOnlyBecause: this.#trouble.reason ?? this.#writer.stalled ?? this.#whyUnled(),
      figures: figuresOf({
        writer: this.#writer,
        disk: this.#parts.disk,
        group: this.#group,
        transfers: this.#transfers,
        hashRounds: this.#hashRounds,
        isRebuilding: this.#rebuild.reason !== null,
        isArchiveFailing: (this.#archiver?.trouble ?? null) !== null,
      }),
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { disk, release } = this.#parts;
    await this.#writer.close();
    await this.#trouble.close();
    // With the links go the snapshots that are on their way.
    await this.#group.close();
    await this.#transfers.close();
    await this.#hashRounds.close();
    await this.#writer.idle();
    // A leader that could not propose yet has run nothing of its queue.
    this.#writer.rejectQueue(new Unavailable("the store is shutting down"));
    this.#schema.fail(new Unavailable("the store is shutting down"));
    await Promise.allSettled([...this.#snapshots]);
    this.#readers.close();
    await this.#writer.generation.close();
    await this.#archiver?.close();
    await disk.close();
    release();
  }

  #machine(): Machine {
    const writer = this.#writer;
    return {
      wake: () => {
        writer.wake();
        this.#schema.recheck();
      },
      get position() {
        return writer.position;
      },
      get configuration() {
        return writer.configuration;
      },
      install: (snapshot) => this.#transfers.install(snapshot),
      sendSnapshot: (offer) => this.#transfers.send(offer),
      diskFailed: (error) => this.#trouble.refuse("log", error),
      broken: (error) => this.#trouble.giveUp(error),
    };
  }

  /**
   * A group of one waits for its own migrations. A member of a larger group goes on with the schema that is there where
   * some voter knows no newer one: it follows later. Where all do, the changes are on their way here, one by one.
   */
  #isSchemaThere(): boolean {
    const { schemaVersion, position, isSchemaKnownToAll } = this.#writer;
    if (this.#schema.isComplete) return true;
    if (isSchemaKnownToAll || schemaVersion === 0) return false;
    return this.#group.leadership.leaderId !== null && position >= this.#group.commitIndex;
  }

  #refused(unavailable: Unavailable): void {
    this.#writer.rejectQueue(unavailable);
    if (!this.#group.isSoleVoter) this.#group.resign();
  }

  async #mend(): Promise<void> {
    await this.#group.mend();
    // The driver begins anew there, and must not lead on a copy that is not right.
    if (this.#writer.stalled !== null) this.#group.resign();
    await this.#writer.catchUp();
    await this.#writer.generation.checkpointer.requireRoom();
  }

  #mended(): void {
    this.#resume();
    this.#writer.wake();
  }

  /** Stands for election again, unless there is still a reason not to. */
  #resume(): void {
    if (this.#trouble.reason === null && this.#writer.stalled === null) this.#group.resume();
  }

  #trim(reached: number): void {
    const { disk } = this.#parts;
    // A copy that was given up for an older snapshot may tell late how far it had come: the new one needs the log from there.
    const durable = Math.min(reached, this.#writer.position);
    const { configuration, progress } = this.#group.status;
    this.#retention.reached(disk.last.index, this.#group.counts.savedBytes);
    if (configuration.members.length <= 1) {
      this.#trimThrough(durable);
      return;
    }
    const lagging = [...progress.values()]
      .filter(({ isActive }) => isActive)
      .map(({ matchIndex }) => matchIndex);
    this.#trimThrough(this.#retention.trimIndex(durable, lagging));
  }

  #trimThrough(index: number): void {
    this.#parts.disk.trimThrough(this.#archiver?.trimIndex(index) ?? index);
  }

  #ticked(): void {
    this.cluster.keep();
    this.#rebuild.tick();
    this.#hashRounds.tick();
    this.#schema.recheck();
  }

  #differs(reason: string): void {
    // Whoever decides alone has nobody to take the data from.
    if (this.#group.isSoleVoter) this.#trouble.giveUp(new Error(reason));
    else this.#rebuild.begin(reason);
  }

  /** Why nobody takes commands at present, as far as this node knows, or null. */
  #whyUnled(): string | null {
    if (this.#group.leadership.leaderId !== null) return null;
    if (this.#group.status.configuration.members.length === 0)
      return "this node waits to be let into its cluster";
    return "no node leads the cluster at present";
  }

  #committed(position: number): void {
    this.#readers.committed(position);
    for (const listener of [...this.#listeners]) {
      try {
        listener(position);
      } catch (error) {
        this.#parts.report({
          level: "error",
          event: "commit-listener-failed",
          message: `Something that listens to commits failed: ${String(error)}`,
          facts: { position },
        });
      }
    }
  }
}

function lastSnapshotOf(snapshot: StoredSnapshot | null): ClusterView["lastSnapshot"] {
  return snapshot === null ? null : { index: snapshot.id.index, at: snapshot.takenAt, bytes: snapshot.bytes };
}
