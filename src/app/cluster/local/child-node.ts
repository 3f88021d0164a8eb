/** One node of a cluster on this machine as a process of its own: `lyceum serve` on its folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeFolder } from "./node-folder.ts";

const program = join(import.meta.dirname, "../../main.ts");
const readyMsMax = 120_000;
const betweenMs = 50;
/** Longer than a node takes to end its requests. */
const stopMsMax = 20_000;
const shownBytesMax = 2_000;

export interface ChildNode {
  readonly folder: NodeFolder;
  readonly pid: number;
  readonly url: string;
  readonly hasEnded: boolean;
  /** How it ended, in words; never rejects. */
  readonly ended: Promise<string>;
  /** Resolves when it takes requests; rejects with what it said when it ends before that. */
  ready(): Promise<void>;
  /** Lets it end its requests and go; gives whether it did so in time. */
  stop(): Promise<boolean>;
}

/** Starts the node; what it logs goes to a file beside its folder. */
export function startChildNode(folder: NodeFolder): ChildNode {
  const logFile = `${folder.path}.log`;
  const log = openSync(logFile, "a", 0o600);
  // A group of its own: Ctrl-C is for whoever started it, who then stops it in order.
  const child = spawn(process.execPath, [program, "serve", "--data", folder.path], {
    stdio: ["ignore", log, log],
    env: environmentOfChild(),
    detached: true,
  });
  closeSync(log);
  const { host, httpPort } = folder.config;
  const url = `http://${host}:${httpPort}`;
  let hasEnded = false;
  const ended = endOf(child).then((how) => {
    hasEnded = true;
    return how;
  });
  return {
    folder,
    pid: child.pid ?? 0,
    url,
    ended,
    get hasEnded() {
      return hasEnded;
    },
    async ready() {
      const giveUpAt = performance.now() + readyMsMax;
      while (!(await answers(`${url}/readyz`))) {
        if (hasEnded) throw new Error(`${folder.name} ended: ${await ended}. It said:\n${tailOf(logFile)}`);
        if (performance.now() > giveUpAt)
          throw new Error(`${folder.name} does not get ready. It said:\n${tailOf(logFile)}`);
        await new Promise((resolve) => setTimeout(resolve, betweenMs));
      }
    },
    async stop() {
      if (hasEnded) return true;
      child.kill("SIGTERM");
      // Whoever halted it for a test need not wake it first.
      child.kill("SIGCONT");
      const impatient = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
      await ended;
      clearTimeout(impatient);
      return child.exitCode === 0;
    },
  };
}

/** Settings of the shell that started the cluster are not meant for each of its nodes: their folders hold their own. */
function environmentOfChild(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("LYCEUM_")));
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [status, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return signal === null ? `with the status ${status}` : `by ${signal}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}

function tailOf(file: string): string {
  return readFileSync(file, "utf8").slice(-shownBytesMax);
}
