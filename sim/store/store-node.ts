/** One simulated node with the real store: SQLite in real files, the log on a simulated disk, time and links simulated. */
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Unavailable } from "#engines/errors.ts";
import { DataFolderRefused } from "#engines/store/folder-refused.ts";
import { PowerOff, SimulatedDisk } from "#engines/store/log/simulated-disk.ts";
import type { Store } from "#engines/store/port.ts";
import type { ClusterView } from "#engines/store/replica/cluster.ts";
import { stateHashInPlace } from "#engines/store/replica/state-hash.ts";
import type { CheckpointWorker } from "#engines/store/sqlite/checkpointer.ts";
import { currentGeneration } from "#engines/store/sqlite/folder.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import type { StoreReport } from "#engines/store/sqlite/report.ts";
import { snapshotInPlace } from "#engines/store/sqlite/snapshot-tasks.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import { Violation } from "../trace.ts";
import { handlesBelow } from "./handles.ts";
import { Links } from "./links.ts";
import { aboutOf, clusterId } from "./members.ts";
import { clockOf, Life } from "./node-clock.ts";
import { Peek } from "./peek.ts";
import { type CheckpointMark, copyFolder, loseUnsynced, markOf } from "./power-cut.ts";
import { migrations } from "./registers.ts";
import type { StoreWorld } from "./store-world.ts";

/** Reports of the store's that only a bug or a planted fault brings about. */
const alarms = new Set([
  "store-broken",
  "replica-diverged",
  "replicas-differ",
  "migration-failed",
  "commit-listener-failed",
]);

/** By its own clock, which a frozen process does not see go on. */
const stopMsMax = 8_000;

/** Everything that ends with the process. */
interface Process {
  readonly life: Life;
  readonly links: Links;
  store: Store | null;
  /** Its schema is there, so that it serves. */
  isReady: boolean;
  isStopping: boolean;
  mark: CheckpointMark | null;
  /** Looks at the generation of the database that is in force. */
  peek: Peek | null;
}

export class StoreNode {
  readonly id: NodeId;
  readonly disk: SimulatedDisk;
  readonly #world: StoreWorld;
  readonly #folder: string;
  readonly #founders: readonly Member[];
  readonly #speed: number;
  #process: Process | null = null;
  #lives = 0;
  isRotten = false;
  /** Its rows are not what they should be, and it has not found out and taken others' yet. */
  isSpoiled = false;
  /** It will never run again. */
  isGone = false;

  constructor(world: StoreWorld, id: NodeId, founders: readonly Member[]) {
    this.#world = world;
    this.id = id;
    this.#founders = founders;
    this.#folder = join(world.folder, id);
    this.#speed = world.chance.pick([0.8, 1, 1, 1, 1.25]);
    const random = world.chance.fork();
    this.disk = new SimulatedDisk({ random, delay: () => this.#diskDelay() });
    this.disk.ignoreSyncs = world.fault === "lying-fsync";
  }

  get isUp(): boolean {
    return this.#process !== null;
  }

  get links(): Links | null {
    return this.#process?.links ?? null;
  }

  /** Null while it is down or starts. */
  get store(): Store | null {
    return this.#process?.store ?? null;
  }

  /** The store, once it may be asked for something. */
  get ready(): Store | null {
    return this.#process?.isReady === true ? this.#process.store : null;
  }

  get view(): ClusterView | null {
    return this.store?.cluster?.view() ?? null;
  }

  #diskDelay(): Promise<void> {
    const life = this.#process?.life;
    const max = this.#world.plan.syncMsMax * this.#world.slowness;
    if (life === undefined || max === 0) return Promise.resolve();
    return life.wait(this.#world.chance.draw(max * 16) / 16);
  }

  async start(): Promise<void> {
    const world = this.#world;
    if (world.fault === "apply-twice") this.#forgetLastEntry();
    const life = new Life(world.time);
    const links = new Links({
      id: this.id,
      life,
      chance: world.chance.fork(),
      network: world.network,
      snapshotMs: world.plan.snapshotMs,
      linksOf: (id) => world.nodes.get(id)?.links ?? null,
      onSent: (message) => world.sent(message),
      onReceived: (message) => world.received(message),
      onBroken: (error) => this.#broke(process, error),
      onSnapshot: (ok) => world.coverage.add(ok ? "snapshots sent" : "snapshots broken off"),
      acknowledgesUnsaved: world.fault === "acknowledge-before-saved",
    });
    const process: Process = {
      life,
      links,
      store: null,
      isReady: false,
      isStopping: false,
      mark: null,
      peek: null,
    };
    this.#process = process;
    this.#lives++;
    world.trace.note(this.id, "starts", this.#lives);
    try {
      const store = await openSqliteStore({
        folder: this.#folder,
        clock: clockOf(life, world.time, this.#speed, 1_767_225_600_000),
        random: world.chance.fork(),
        report: (report) => this.#reported(process, report),
        limits: world.plan.limits,
        logFiles: this.disk.mount(),
        startCheckpointWorker: (file) => this.#checkpointWorker(process, file),
        snapshotWorker: snapshotInPlace,
        stateHasher: stateHashInPlace,
        afterTurn: (action) => {
          life.after(0, action);
        },
        member: {
          nodeId: this.id,
          about: aboutOf(this.id),
          clusterId,
          founders: this.#founders,
          transport: links,
          peers: links,
          version: "sim",
          timing: world.plan.timing,
        },
      });
      if (life.isOver) return;
      process.store = store;
      process.mark = { ...markOf(this.#generation()), salt: null };
      store.onCommit((position) => this.#committed(process, position));
      this.#migrate(process, store);
    } catch (error) {
      this.#failed(process, error);
    }
  }

  /** As the program does: tries again while the store says that it cannot be done now. */
  #migrate(process: Process, store: Store): void {
    if (process.isStopping) return;
    store.migrate(migrations).then(
      () => {
        process.isReady = true;
      },
      (error) => {
        if (process.isStopping) return;
        if (error instanceof Unavailable) process.life.after(50, () => this.#migrate(process, store));
        else this.#failed(process, error);
      },
    );
  }

  /** The process dies; with `losesPower`, so does the machine, and what was not synced is lost. */
  crash(why: string, losesPower: boolean): void {
    const process = this.#process;
    if (process === null) return;
    const world = this.#world;
    this.#process = null;
    process.life.isOver = true;
    if (losesPower) this.disk.cutPower();
    else this.disk.kill();
    const close = handlesBelow(this.#folder);
    const dead = `${this.#folder}.${this.#lives}`;
    let lost = false;
    if (fs.existsSync(this.#folder)) {
      fs.renameSync(this.#folder, dead);
      copyFolder(dead, this.#folder);
      const generation = currentGeneration(this.#folder);
      if (losesPower && process.mark !== null && generation !== null) {
        const { mtimeNs } = fs.statSync(join(dead, generation, "state.db"), { bigint: true });
        lost = loseUnsynced(join(this.#folder, generation), process.mark, world.chance, mtimeNs);
      }
    }
    // Not before everything that was under way has come to its end.
    world.whenQuiet(() => {
      close();
      fs.rmSync(dead, { recursive: true, force: true });
    });
    world.coverage.add(losesPower ? "power cuts" : "kills");
    if (lost) world.coverage.add("databases fallen back");
    world.trace.note(
      this.id,
      "crashes",
      Number(lost),
      () => `${why}${losesPower ? ", loses power" : ""}${lost ? ", its database falls back" : ""}`,
    );
  }

  /** Dies, and a row of its database is another one when it comes back. */
  spoil(): void {
    const { chance, coverage, trace } = this.#world;
    this.crash("killed, and its rows are spoiled", false);
    const database = new DatabaseSync(join(this.#generation(), "state.db"));
    const { changes } = chance.happens(0.5)
      ? database
          .prepare(
            "UPDATE registers SET value = value || 'spoiled' WHERE key = (SELECT min(key) FROM registers)",
          )
          .run()
      : database.prepare("DELETE FROM receipts WHERE client = (SELECT max(client) FROM receipts)").run();
    database.close();
    if (changes === 0) return;
    this.isSpoiled = true;
    coverage.add("spoiled copies");
    trace.note(this.id, "is spoiled", Number(changes));
  }

  /** Stops as for an upgrade: finishes what was begun, closes everything, and starts again. */
  stop(): void {
    const process = this.#process;
    if (process?.store == null || process.isStopping) return;
    const world = this.#world;
    process.isReady = false;
    process.isStopping = true;
    world.trace.note(this.id, "stops", 0);
    process.life.after(stopMsMax, () => {
      world.fail(new Violation("stops in time", `${this.id} has not stopped after ${stopMsMax} ms`));
    });
    process.store.close().then(
      () => {
        if (process.life.isOver) return;
        process.life.isOver = true;
        process.peek?.close();
        this.#process = null;
        this.disk.kill();
        world.coverage.add("orderly restarts");
        world.trace.note(this.id, "has stopped", 0);
        world.planRestart(this);
      },
      (error) => this.#failed(process, error),
    );
  }

  freeze(duration: number): void {
    if (this.#process !== null) this.#process.life.frozenUntil = this.#world.time.now + duration;
  }

  /** Closes everything, at the end of a seed. */
  dispose(): void {
    this.crash("the seed ends", false);
  }

  #generation(): string {
    return join(this.#folder, currentGeneration(this.#folder) ?? "gen-1");
  }

  /** The rows stand after the last entry, the position before it. A planted fault. */
  #forgetLastEntry(): void {
    const file = join(this.#generation(), "state.db");
    if (!fs.existsSync(file)) return;
    const database = new DatabaseSync(file);
    database.exec("UPDATE _meta SET applied = applied - 1 WHERE applied > 3");
    database.close();
  }

  #checkpointWorker(process: Process, file: string): CheckpointWorker {
    const world = this.#world;
    return {
      checkpoint: async () => {
        await process.life.wait(1 + world.chance.draw(10));
        const database = new DatabaseSync(file);
        try {
          const { applied } = database.prepare("SELECT applied FROM _meta").get() as { applied: number };
          if (world.fault === "lying-checkpoint") return applied;
          const wal = database.prepare("PRAGMA wal_checkpoint(PASSIVE)").get() as Record<string, number>;
          process.mark = markOf(this.#generation());
          if (wal.busy !== 0 || wal.log !== wal.checkpointed) return null;
          world.coverage.add("checkpoints");
          return applied;
        } finally {
          database.close();
        }
      },
      close: async () => undefined,
    };
  }

  #committed(process: Process, position: number): void {
    if (process.life.isOver || this.isSpoiled) return;
    const world = this.#world;
    world.guard(() => world.oracle.holds(this.id, position, this.#peekAt(process, position).rows()));
    world.trace.note(this.id, "stands at", position);
  }

  #peekAt(process: Process, position: number): Peek {
    // A snapshot brings another database; the old one still stands where it stood.
    if (process.peek !== null && process.peek.position !== position) {
      process.peek.close();
      process.peek = null;
    }
    process.peek ??= new Peek(join(this.#generation(), "state.db"));
    return process.peek;
  }

  /** The rows and the position that it holds now; null while it does not run. */
  get state(): { readonly position: number; readonly digest: string } | null {
    const process = this.#process;
    if (process?.store == null) return null;
    const { position } = process.store.status();
    return { position, digest: this.#peekAt(process, position).rows().digest };
  }

  /** Adds what the store itself counts to the coverage, at the end of a seed. */
  addFigures(): void {
    const { figures } = this.store?.status() ?? {};
    const { coverage } = this.#world;
    coverage.add("state hash rounds", figures?.state_hash_rounds_total ?? 0);
    coverage.add("snapshots taken", figures?.snapshots_taken_total ?? 0);
  }

  #reported(process: Process, { event, message }: StoreReport): void {
    if (process.life.isOver) return;
    const world = this.#world;
    world.coverage.add(`report: ${event}`);
    world.trace.note(this.id, `reports ${event}`, 0, () => message);
    if (event === "replica-rebuilt" || event === "snapshot-installed") this.isSpoiled = false;
    const isExpected =
      event === "replica-diverged" ? this.isSpoiled : event === "replicas-differ" && world.isSpoiled;
    if (isExpected) return;
    if (event === "store-broken" && this.isRotten) {
      this.#broke(process, message);
      return;
    }
    if (alarms.has(event) && world.checksRules)
      world.fail(new Violation("nothing differs or breaks", `${this.id} reports ${event}: ${message}`));
  }

  /** A node whose disk rots at the very end finds out when it hears of what it had; then it is lost like any rotten one. */
  #broke(process: Process, error: unknown): void {
    const world = this.#world;
    if (process.life.isOver || error instanceof PowerOff) return;
    if (!this.isRotten) {
      world.fail(error);
      return;
    }
    world.coverage.add("rot found late");
    this.crash(`finds that its disk has lost something: ${String(error)}`, false);
    this.isGone = true;
  }

  #failed(process: Process, error: unknown): void {
    if (process.life.isOver || error instanceof PowerOff) return;
    const world = this.#world;
    if (error instanceof DataFolderRefused && this.isRotten) {
      world.coverage.add("refused starts");
      this.crash(`refuses to start: ${error.message}`, false);
      this.isGone = true;
      return;
    }
    const isDisk =
      (error as { code?: unknown }).code === "ENOSPC" || (error as { code?: unknown }).code === "EIO";
    if (isDisk) {
      this.crash(`could not start: ${String(error)}`, false);
      world.planRestart(this);
      return;
    }
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.fail(new Violation("nodes start", `${this.id} does not start: ${what}`));
  }
}
