/**
 * A copy of the data that does not fit the log, or differs from the others', serves nobody any more: it is said aloud,
 * and the node asks the leader for a snapshot until it has one. Its log and its votes are right and stay as they are.
 */
import fs from "node:fs";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import type { Peers } from "../../peer/port.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import { diskFiles } from "../log/files.ts";
import type { Group } from "../replica/group.ts";
import type { FolderPaths } from "./folder.ts";
import type { Report } from "./report.ts";
import type { Writer } from "./writer.ts";

/** What is asked of the leader; it answers once the snapshot has arrived. */
export const snapshotQuestion = "store.snapshot";

export interface RebuildOptions {
  readonly group: () => Group;
  readonly writer: Writer;
  readonly peers: Pick<Peers, "ask"> | null;
  readonly clock: Clock;
  readonly report: Report;
  /** A snapshot of an earlier entry is of no use here. */
  readonly logStart: () => number;
}

/** Stands beside a database that must not be read any more; its content says why. */
export const divergedName = "diverged";
const askTimeoutMs = 10 * 60_000;
const askAgainMs = 2_000;

export class Rebuild {
  readonly #options: RebuildOptions;
  #reason: string | null = null;
  #isAsking = false;
  #askAgainAt = 0;

  constructor(options: RebuildOptions) {
    this.#options = options;
  }

  /** Why this node does not serve, or null. */
  get reason(): string | null {
    return this.#reason;
  }

  get unavailable(): Unavailable | null {
    return this.#reason === null
      ? null
      : new Unavailable(`this node rebuilds its copy of the data: ${this.#reason}`);
  }

  /** Goes on with what an earlier run had begun. */
  resume(paths: FolderPaths): void {
    const marker = join(paths.generation, divergedName);
    if (!fs.existsSync(marker)) return;
    const reason = fs.readFileSync(marker, "utf8");
    if (this.#options.group().isSoleVoter) {
      throw new DataFolderRefused(
        `The database in ${paths.generation} is not what it should be (${reason}), and this node is the only one that is left of its cluster. Keep a copy of the data folder, and restore the latest backup with \`lyceum restore\`.`,
      );
    }
    this.#stop(reason);
  }

  begin(reason: string): void {
    if (this.#reason !== null) return;
    const { writer, report } = this.#options;
    this.#stop(reason);
    report({
      level: "error",
      event: "replica-diverged",
      message: `This node's copy of the data is not what it should be (${reason}). It serves nobody until it has been replaced by a snapshot of the leader's, which it asks for now. Check this machine's disk and memory.`,
      facts: { reason, position: writer.position },
    });
    const { generation } = writer.generation.paths;
    try {
      fs.writeFileSync(join(generation, divergedName), reason);
      diskFiles.syncFolder(generation);
    } catch (error) {
      report({
        level: "warn",
        event: "marker-not-written",
        message: `It could not be noted that this copy is to be replaced; after a restart it has to be found out again: ${String(error)}`,
        facts: {},
      });
    }
  }

  /** Another generation is in force. */
  ended(): void {
    if (this.#reason === null) return;
    const { report, writer } = this.#options;
    this.#reason = null;
    report({
      level: "info",
      event: "replica-rebuilt",
      message: "This node's copy of the data was replaced by the leader's; it serves again.",
      facts: { position: writer.position },
    });
  }

  /** Asks for a snapshot, from time to time, as long as one is needed. */
  tick(): void {
    const { group, peers, clock, logStart } = this.#options;
    const { leaderId, isLeader } = group().leadership;
    if (this.#reason === null || peers === null || this.#isAsking || leaderId === null || isLeader) return;
    if (clock.monotonic() < this.#askAgainAt) return;
    this.#isAsking = true;
    const settled = () => {
      this.#isAsking = false;
      this.#askAgainAt = clock.monotonic() + askAgainMs;
    };
    peers
      .ask(leaderId, snapshotQuestion, { from: logStart() }, { timeoutMs: askTimeoutMs })
      .then(settled, settled);
  }

  #stop(reason: string): void {
    this.#reason = reason;
    this.#options.writer.stall(reason);
    this.#options.group().resign();
  }
}
