/** The SQLite engine behind the store's port: puts the parts together and hands each call to the one that does it. */
import fs from "node:fs";
import type { Clock } from "#base/clock.ts";
import type { NodeId } from "#raft/configuration.ts";
import { Unavailable } from "../../errors.ts";
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
import { Group, type GroupTiming, type Machine } from "../replica/group.ts";
import { Retention } from "../replica/retention.ts";
import type { FolderPaths } from "./folder.ts";
import type { Generation, GenerationEvents } from "./generation.ts";
import type { SqliteLimits } from "./limits.ts";
import { compileMigration } from "./migration.ts";
import type { MemberOptions } from "./open.ts";
import { Readers } from "./readers.ts";
import type { Report } from "./report.ts";
import { Schema } from "./schema.ts";
import { takeSnapshot } from "./snapshot.ts";
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
  readonly limits: SqliteLimits;
  readonly report: Report;
  readonly clock: Clock;
  readonly turns: TurnWatch;
  readonly generation: (paths: FolderPaths, events: GenerationEvents) => Generation;
  /** Lets go of the folder. */
  readonly release: () => void;
}

export class SqliteStore implements Store {
  readonly engine = "sqlite";
  readonly cluster = null;
  readonly #parts: SqliteStoreParts;
  readonly #schema = new Schema();
  readonly #trouble: Trouble;
  readonly #writer: Writer;
  readonly #readers: Readers;
  readonly #group: Group;
  readonly #retention: Retention;
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
    const generation = parts.generation(parts.paths, {
      onDurable: (position) => this.#trim(position),
      onTrouble: (error) => this.#trouble.refuse("checkpoint", error),
    });
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
      isMark: () => false,
      onMark: () => Promise.resolve(),
      onDiverged: (error) => this.#trouble.giveUp(error),
    });
    this.#readers = new Readers({
      file: this.#writer.generation.paths.database,
      limits,
      clock,
      turns,
      position: () => this.#writer.position,
    });
    this.#retention = new Retention(limits, {
      start: disk.start.index,
      last: disk.last.index,
      bytes: disk.bytes,
    });
    this.#group = new Group({
      id: parts.selfId,
      disk,
      machine: this.#machine(),
      transport: member?.transport ?? null,
      clock,
      draw: parts.draw,
      timing: parts.timing,
      snapshots: {
        snapshotOffset: () => Promise.resolve(0),
        receiveSnapshot: () => Promise.resolve(),
      },
      facts: () => ({ schemaKnown: this.#schema.count, version: member?.version ?? "" }),
    });
    this.#writer.attach(this.#group);
  }

  /** A group of one takes commands when this resolves. */
  async start(): Promise<void> {
    await this.#group.lead();
    await this.#writer.idle();
  }

  write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<Answer<T>> {
    return this.#writer.submit(work);
  }

  async read<T>(work: (database: Database) => Promise<T>, options: ReadOptions = {}): Promise<Answer<T>> {
    if (options.strong !== true) return this.#readers.read(work, options);
    const confirmed = await this.#confirmedIndex();
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
    const snapshot = takeSnapshot(this.#writer.generation.paths.database, file);
    this.#snapshots.add(snapshot);
    try {
      return await snapshot;
    } finally {
      this.#snapshots.delete(snapshot);
    }
  }

  status(): StoreStatus {
    const { disk } = this.#parts;
    const { paths, checkpointer } = this.#writer.generation;
    return {
      engine: this.engine,
      position: this.#writer.position,
      queued: this.#writer.queued,
      readOnlyBecause: this.#trouble.reason ?? this.#writer.stalled,
      figures: {
        batches_total: this.#writer.counts.batches,
        commands_total: this.#writer.counts.commands,
        checkpoints_total: checkpointer.completed,
        database_bytes: sizeOf(paths.database),
        log_bytes: disk.bytes,
        wal_bytes: sizeOf(`${paths.database}-wal`),
      },
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
    await this.#group.close();
    this.#schema.fail(new Unavailable("the store is shutting down"));
    await Promise.allSettled([...this.#snapshots]);
    this.#readers.close();
    await this.#writer.generation.close();
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
      install: () => Promise.resolve(),
      sendSnapshot: () => undefined,
      diskFailed: (error) => this.#trouble.refuse("log", error),
      broken: (error) => this.#trouble.giveUp(error),
    };
  }

  /**
   * A group of one waits for its own migrations. A member of a larger group goes on with the schema that is there, and
   * later changes follow once every voter knows them; a new one waits until it has what the others have.
   */
  #isSchemaThere(): boolean {
    const { schemaVersion, position } = this.#writer;
    if (this.#schema.isComplete) return true;
    if (this.#group.isSoleVoter || schemaVersion === 0) return false;
    return this.#group.leadership.leaderId !== null && position >= this.#group.commitIndex;
  }

  /** The index that a strong read has to wait for; tries again while no leader answers, up to a limit. */
  async #confirmedIndex(): Promise<number> {
    const { clock, limits } = this.#parts;
    const giveUpAt = clock.monotonic() + limits.readWaitMsMax;
    for (;;) {
      const index = await this.#group.confirmedIndex();
      if (index !== null) return index;
      if (this.#closed !== null || clock.monotonic() >= giveUpAt) {
        throw new Unavailable(
          "no leader could confirm that this read would be current: most nodes of the cluster do not reach each other",
        );
      }
      await new Promise<void>((resolve) => clock.after(strongReadRetryMs, resolve));
    }
  }

  #refused(unavailable: Unavailable): void {
    this.#writer.rejectQueue(unavailable);
    if (!this.#group.isSoleVoter) this.#group.resign();
  }

  async #mend(): Promise<void> {
    await this.#group.mend();
    await this.#writer.catchUp();
    await this.#writer.generation.checkpointer.requireRoom();
  }

  #mended(): void {
    this.#group.resume();
    this.#writer.wake();
  }

  #trim(durable: number): void {
    const { disk } = this.#parts;
    const { configuration, progress } = this.#group.status;
    this.#retention.reached(disk.last.index, this.#group.counts.savedBytes);
    if (configuration.members.length <= 1) {
      disk.trimThrough(durable);
      return;
    }
    const lagging = [...progress.values()]
      .filter(({ isActive }) => isActive)
      .map(({ matchIndex }) => matchIndex);
    disk.trimThrough(this.#retention.trimIndex(durable, lagging));
  }

  #ticked(): void {
    this.#schema.recheck();
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

const strongReadRetryMs = 50;

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
