/**
 * The inspector's near side: starts a process for each file, at most a few at once, and stops it when it takes too
 * long or too much memory. The process may read its own program and the one file that it is handed, nothing else.
 */
import { type ChildProcess, fork } from "node:child_process";
import { open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Clock, systemClock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import type { DocumentFinding } from "./document-process.ts";
import type { PagesRead, Finding as PdfFinding } from "./pdf-process.ts";
import {
  type DocumentFormat,
  documentBytesMax,
  type FileInspector,
  type PageText,
  type ReadDocument,
  UnreadableFile,
} from "./port.ts";
import { createTurns } from "./turns.ts";

export interface InspectorLimits {
  /** How many files are looked into at once; each costs a process. */
  readonly processesMax: number;
  /** How many may wait for their turn. */
  readonly waitingMax: number;
  readonly durationMsMax: number;
  /** How long reading the text of one file may take. */
  readonly readMsMax: number;
  /** How long reading an office document may take. */
  readonly documentMsMax: number;
  /** Memory of the process, where the system says how much it takes (Linux). */
  readonly residentBytesMax: number;
  /** Memory that its JavaScript objects may take, everywhere. */
  readonly heapMebibytesMax: number;
  readonly pagesMax: number;
}

export const defaultInspectorLimits: InspectorLimits = {
  processesMax: 2,
  waitingMax: 100,
  durationMsMax: 30_000,
  readMsMax: 300_000,
  documentMsMax: 60_000,
  residentBytesMax: 768 * 1024 ** 2,
  heapMebibytesMax: 384,
  pagesMax: 20_000,
};

const watchEveryMs = 50;
const programOf = {
  pdf: fileURLToPath(import.meta.resolve("./pdf-process.ts")),
  document: fileURLToPath(import.meta.resolve("./document-process.ts")),
} as const;
/** What a process may read: the programs, their libraries, and the files that say what kind of module these are. */
const readable = [
  dirname(programOf.pdf),
  librariesAround(fileURLToPath(import.meta.resolve("mammoth"))),
  librariesAround(fileURLToPath(import.meta.resolve("pdfjs-dist/legacy/build/pdf.mjs"))),
  fileURLToPath(import.meta.resolve("../../../package.json")),
];

/** The folder of all libraries in which one of them lies. */
function librariesAround(file: string): string {
  const folder = join("/", "node_modules", "/");
  return file.slice(0, file.lastIndexOf(folder) + folder.length - 1);
}

/** Gives an inspector that runs real processes. */
export function createFileInspector(
  options: { readonly limits?: Partial<InspectorLimits>; readonly clock?: Clock } = {},
): FileInspector {
  const limits = { ...defaultInspectorLimits, ...options.limits };
  const clock = options.clock ?? systemClock;
  const looking = createTurns({ atOnceMax: limits.processesMax, waitingMax: limits.waitingMax });
  const reading = createTurns({ atOnceMax: 1, waitingMax: limits.waitingMax });
  return {
    inspectPdf: (localPath) =>
      looking.take(async () => {
        const task: Task = { does: "look", durationMsMax: limits.durationMsMax };
        return verdict(await run(localPath, task, limits, clock), limits);
      }),
    readPdf: (localPath, onPages, signal) =>
      reading.take(async () => {
        const task: Task = { does: "read", durationMsMax: limits.readMsMax, onPages, signal };
        verdict(await run(localPath, task, limits, clock), limits);
      }),
    readDocument: (localPath, format, signal) =>
      reading.take(async () => {
        if ((await stat(localPath)).size > documentBytesMax)
          throw new UnreadableFile("file_too_complex", "This document is too large to be read here.");
        const task: Task = { does: "document", format, durationMsMax: limits.documentMsMax, signal };
        return documentOf(await run(localPath, task, limits, clock));
      }),
  };
}

/** `look` at whether a PDF can be opened and how many pages it has; or `read` its text too; or a `document`. */
type Task =
  | { readonly does: "look"; readonly durationMsMax: number }
  | {
      readonly does: "read";
      readonly durationMsMax: number;
      readonly onPages: (pages: readonly PageText[]) => Promise<boolean>;
      readonly signal: AbortSignal | undefined;
    }
  | {
      readonly does: "document";
      readonly format: DocumentFormat;
      readonly durationMsMax: number;
      readonly signal: AbortSignal | undefined;
    };

type Finding = PdfFinding | DocumentFinding;
/** What came of looking: the process's own finding, or why it was stopped. */
type Outcome = Finding | { readonly kind: "stopped"; readonly because: string };

async function run(localPath: string, task: Task, limits: InspectorLimits, clock: Clock): Promise<Outcome> {
  const file = await open(localPath, "r");
  try {
    const [program, what] =
      task.does === "document" ? [programOf.document, task.format] : [programOf.pdf, task.does];
    const child = fork(program, [String(task.durationMsMax), what], {
      // The open file is handed over, so the process needs no right to open it.
      stdio: ["ignore", "ignore", "ignore", "ipc", file.fd],
      env: {},
      execArgv: [
        ...process.execArgv.filter((each) => each.startsWith("--import=")),
        `--max-old-space-size=${limits.heapMebibytesMax}`,
        "--permission",
        "--allow-worker",
        ...readable.map((path) => `--allow-fs-read=${path}`),
      ],
    });
    return await outcomeOf(child, task, limits, clock);
  } finally {
    await file.close();
  }
}

function outcomeOf(child: ChildProcess, task: Task, limits: InspectorLimits, clock: Clock): Promise<Outcome> {
  const stop = (because: string, found: (outcome: Outcome) => void) => {
    found({ kind: "stopped", because });
    child.kill("SIGKILL");
  };
  const began = clock.monotonic();
  return new Promise<Outcome>((resolve, reject) => {
    let outcome: Outcome | null = null;
    let unwatch = () => {};
    const found = (next: Outcome) => {
      outcome ??= next;
    };
    const watch = async () => {
      if (clock.monotonic() - began >= task.durationMsMax) return stop("it took too long to open", found);
      const resident = child.pid === undefined ? 0 : await residentBytes(child.pid);
      if (resident > limits.residentBytesMax) return stop("opening it took too much memory", found);
      if (outcome === null && child.exitCode === null)
        unwatch = clock.after(watchEveryMs, () => void watch());
    };
    unwatch = clock.after(watchEveryMs, () => void watch());
    const handOver = async ({ text }: PagesRead) => {
      if (task.does === "read" && (await task.onPages(text))) child.send("more");
      else stop("nobody wants its text any more", found);
    };
    child.on("message", (message: Finding | PagesRead) => {
      if (message.kind === "text") {
        handOver(message).catch((error: unknown) => {
          reject(error);
          child.kill("SIGKILL");
        });
        return;
      }
      found(message);
      child.kill("SIGKILL");
    });
    const onAbort = () => stop("this node is stopping", found);
    const signal = task.does === "look" ? undefined : task.signal;
    signal?.addEventListener("abort", onAbort, { once: true });
    child.on("error", (cause) => {
      unwatch();
      reject(new Unavailable("Files cannot be checked at present. Try again in a moment.", { cause }));
    });
    // Only when the process is gone is its place free again.
    child.on("exit", () => {
      unwatch();
      signal?.removeEventListener("abort", onAbort);
      resolve(outcome ?? { kind: "stopped", because: "the program that opened it gave up" });
    });
  });
}

/** How much memory a process takes at the moment; 0 where the system does not say. */
async function residentBytes(pid: number): Promise<number> {
  if (process.platform !== "linux") return 0;
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

function documentOf(outcome: Outcome): ReadDocument {
  if (outcome.kind === "document") return outcome.document;
  if (outcome.kind === "empty") throw new UnreadableFile("file_empty", "This file has no content.");
  if (outcome.kind === "stopped")
    throw new UnreadableFile("file_too_complex", `This document cannot be read: ${outcome.because}.`);
  if (outcome.kind === "tooMuch")
    throw new UnreadableFile("file_too_complex", `This document cannot be read: ${outcome.reason}.`);
  throw new UnreadableFile(
    "file_broken",
    "This document is damaged, or not what its name says.",
    "reason" in outcome ? outcome.reason : undefined,
  );
}

function verdict(outcome: Outcome, limits: InspectorLimits): { readonly pages: number } {
  switch (outcome.kind) {
    case "document":
    case "tooMuch":
      throw new TypeError("a document's finding about a PDF");
    case "pages":
      if (outcome.pages === 0) throw new UnreadableFile("file_empty", "This PDF has no pages.");
      if (outcome.pages > limits.pagesMax)
        throw new UnreadableFile(
          "file_too_complex",
          `This PDF has ${outcome.pages} pages; at most ${limits.pagesMax} are taken.`,
        );
      return { pages: outcome.pages };
    case "locked":
      throw new UnreadableFile(
        "file_locked",
        "This PDF is locked with a password. Save it without one and send it again.",
      );
    case "empty":
      throw new UnreadableFile("file_empty", "This file has no content.");
    case "broken":
      throw new UnreadableFile(
        "file_broken",
        "This PDF is damaged or incomplete and cannot be opened. Export it again and send the new file.",
        outcome.reason,
      );
    case "stopped":
      throw new UnreadableFile(
        "file_too_complex",
        `This PDF cannot be taken: ${outcome.because}. Save or print it to a new PDF and send that.`,
      );
  }
}
