/**
 * One node as an operator runs it: a process of its own, `lyceum serve` on its folder. Here it is started, killed,
 * paused and stopped; one that ends without having been told to is a finding.
 */
import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { present } from "#base/assert.ts";
import type { JsonValue } from "#base/json.ts";

export const programFile = resolve(import.meta.dirname, "../src/app/main.ts");
/** Far longer than a start takes, also where several nodes begin at once on a machine that is busy already. */
const startMsMax = 180_000;
const stopMsMax = 25_000;
/** Lines of a node's log that are kept for whoever wants to know why it ended. */
const linesKept = 40;

export interface NodePorts {
  readonly http: number;
  readonly grpc: number;
  readonly peer: number;
}

export interface RealNodeOptions {
  /** What the harness calls it. */
  readonly name: string;
  /** Its data folder. */
  readonly folder: string;
  readonly ports: NodePorts;
  /** Where the others reach it; null for a school of one node. */
  readonly peerAddress: string | null;
  /** Its whole log goes here. */
  readonly logFile: string;
  /** Another program that serves the folder, and talks with its parent; `lyceum serve` when left out. */
  readonly program?: string;
  /** Settings beside those that the harness needs. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** What a node says in its log. */
export interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly event?: string;
}

export class RealNode {
  readonly name: string;
  readonly folder: string;
  readonly ports: NodePorts;
  readonly httpUrl: string;
  readonly #logFile: string;
  readonly #peerAddress: string | null;
  readonly #settings: Readonly<Record<string, string | number>>;
  readonly #words: readonly string[];
  #process: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  #isExpectedToEnd = false;
  #lastLines: string[] = [];
  #setUpLink = Promise.withResolvers<string>();
  /** Ends that nobody asked for, and stores that found themselves broken: what it was, and what was said last. */
  readonly unexpectedEnds: string[] = [];
  /** Stops that were asked for and went wrong: requests that did not end in time, or a fault on the way out. */
  readonly roughStops: string[] = [];
  /** How often each event was reported, over all starts. */
  readonly events = new Map<string, number>();
  /** Memory that it held at most, over all starts, in bytes. */
  memoryPeakBytes = 0;

  constructor(options: RealNodeOptions) {
    this.name = options.name;
    this.folder = options.folder;
    this.ports = options.ports;
    this.httpUrl = `http://127.0.0.1:${options.ports.http}`;
    this.#logFile = options.logFile;
    this.#peerAddress = options.peerAddress;
    this.#settings = options.settings ?? {};
    const { program, folder } = options;
    this.#words = program === undefined ? [programFile, "serve", "--data", folder] : [program, folder];
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  get isRunning(): boolean {
    return this.#process !== null;
  }

  /** Writes its settings where it finds them by itself. */
  writeSettings(): void {
    fs.mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const own = {
      "http-port": this.ports.http,
      "grpc-port": this.ports.grpc,
      "web-root": join(this.folder, "no-web"),
      ...(this.#peerAddress === null
        ? {}
        : { "node-name": this.name, "peer-port": this.ports.peer, "peer-address": this.#peerAddress }),
      ...this.#settings,
    };
    const file = join(this.folder, "lyceum.json");
    // What a join has noted there beside ours stays.
    const noted: unknown = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
    fs.writeFileSync(file, `${JSON.stringify({ ...(noted as object), ...own }, null, 2)}\n`);
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [...this.#words], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: environment(),
    });
    this.#process = child;
    this.#isExpectedToEnd = false;
    const log = fs.createWriteStream(this.#logFile, { flags: "a" });
    const listening = Promise.withResolvers<void>();
    // Somebody may stop waiting for it before it ends.
    listening.promise.catch(() => {});
    const ended = Promise.withResolvers<void>();
    this.#ended = ended.promise;
    const hear = (line: string) => {
      log.write(`${line}\n`);
      this.#lastLines = [...this.#lastLines.slice(1 - linesKept), line];
      const said = parsed(line);
      if (said?.event !== undefined) this.events.set(said.event, (this.events.get(said.event) ?? 0) + 1);
      if (said?.event === "store-broken")
        this.unexpectedEnds.push(
          `${this.name} found its store broken\n    ${this.#lastLines.join("\n    ")}`,
        );
      if (said?.msg === "listening") listening.resolve();
      const link = /set-up#(\S+)/.exec(line)?.[1];
      if (link !== undefined) this.#setUpLink.resolve(link);
    };
    createInterface(present(child.stdout, "a pipe")).on("line", hear);
    createInterface(present(child.stderr, "a pipe")).on("line", hear);
    child.on("exit", (code, signal) => {
      if (this.#process === child) this.#process = null;
      const how = `${this.name} ended with ${signal ?? `status ${code}`}`;
      log.end(`# ${how}\n`);
      if (!this.#isExpectedToEnd) this.unexpectedEnds.push(`${how}\n    ${this.#lastLines.join("\n    ")}`);
      listening.reject(new Error(`${how} before it listened:\n${this.#lastLines.join("\n")}`));
      ended.resolve();
    });
    const timer = setTimeout(
      () =>
        listening.reject(
          new Error(`${this.name} did not listen within three minutes:\n${this.#lastLines.join("\n")}`),
        ),
      startMsMax,
    );
    await listening.promise.finally(() => clearTimeout(timer));
  }

  /** The token in the link that a school without an admin prints at its start. */
  get setUpToken(): Promise<string> {
    return this.#setUpLink.promise;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.noteMemory();
    this.#isExpectedToEnd = true;
    this.#process?.kill("SIGKILL");
    await this.#ended;
  }

  /** Tells it to stop, as a service manager does, and waits. Gives how long that took. */
  async stop(): Promise<number> {
    this.noteMemory();
    const start = performance.now();
    const child = this.#process;
    if (child === null) return 0;
    this.#isExpectedToEnd = true;
    child.kill("SIGTERM");
    const impatient = setTimeout(() => {
      child.kill("SIGKILL");
    }, stopMsMax);
    await this.#ended;
    clearTimeout(impatient);
    if (child.exitCode !== 0)
      this.roughStops.push(
        `${this.name} ended with status ${child.exitCode} when it was told to stop\n    ${this.#lastLines.join("\n    ")}`,
      );
    return performance.now() - start;
  }

  /** Asks the program something of its own and waits for its answer; one question at a time. */
  ask(question: JsonValue): Promise<unknown> {
    const child = present(this.#process, `${this.name} runs`);
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`${this.name} ended before it answered`));
      child.once("exit", ended);
      child.once("message", (answer) => {
        child.off("exit", ended);
        resolve(answer);
      });
      child.send(present(question, "a question"));
    });
  }

  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Looks how much memory it has held. */
  noteMemory(): void {
    if (this.pid === null) return;
    try {
      const text = fs.readFileSync(`/proc/${this.pid}/status`, "latin1");
      const bytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1_024;
      this.memoryPeakBytes = Math.max(this.memoryPeakBytes, bytes);
    } catch {
      // It has just ended.
    }
  }
}

/** Ours without settings that somebody has for a school of their own. */
export function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LYCEUM_")));
}

function parsed(line: string): LogLine | null {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return null;
  }
}
