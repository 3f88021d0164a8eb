/** The terminal, as the command line uses it: what it reads and writes, and what the process around it says. */
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { usage } from "./failure.ts";

export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Resolves after so many milliseconds. */
  readonly wait: (durationMs: number) => Promise<void>;
  /** A signal that is given after so many milliseconds. */
  readonly timeLimit: (durationMs: number) => AbortSignal;
  readonly now: () => number;
}

/** How much room a line has; any amount where the answer goes to a file or another program. */
export function columnsOf({ stdout }: Pick<Terminal, "stdout">): number {
  return (stdout.isTTY === true ? stdout.columns : undefined) ?? Number.POSITIVE_INFINITY;
}

/** Everything on standard input, as text. */
export async function readAll(input: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of input) pieces.push(Buffer.from(piece as Uint8Array | string));
  return Buffer.concat(pieces).toString("utf8");
}

/** The lines of a standard input that nobody has asked for yet: a second step comes after the password. */
const unread = new WeakMap<Readable, readonly string[]>();

/** Asks for each of `labels`: at a terminal without showing what is typed, otherwise a line of standard input each. */
export async function askSecrets(terminal: Terminal, labels: readonly string[]): Promise<string[]> {
  if (labels.length === 0) return [];
  if (terminal.stdin.isTTY !== true) {
    const lines = unread.get(terminal.stdin) ?? (await readAll(terminal.stdin)).split(/\r?\n/);
    const given = lines.slice(0, labels.length);
    unread.set(terminal.stdin, lines.slice(labels.length));
    if (given.length < labels.length || given.some((line) => line === ""))
      throw usage(`Standard input must hold ${labels.join(", then ")}, one a line.`);
    return given;
  }
  const answers: string[] = [];
  for (const label of labels) answers.push(await askHidden(terminal, label));
  return answers;
}

function askHidden(terminal: Terminal, label: string): Promise<string> {
  const { stdin, stderr } = terminal;
  stderr.write(`${label}: `);
  // readline echoes to its output; with none, nothing that is typed appears.
  const lines = createInterface({ input: stdin, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once("SIGINT", () => {
      lines.close();
      stderr.write("\n");
      reject(usage("Nothing was done."));
    });
    lines.once("line", (line) => {
      lines.close();
      stderr.write("\n");
      resolve(line);
    });
  });
}
