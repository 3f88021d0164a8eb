/**
 * What Raft costs a school of one node: the store as it is, a group of one, against the store of the last commit before
 * it was a group, out of the history; each in a process of its own, in turns.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { present } from "#base/assert.ts";
import { layOutTreeBeforeRaft } from "./before-raft.ts";
import { median, milliseconds, perSecond } from "./figures.ts";
import type { WorkFigures } from "./work.ts";

interface AloneFigures extends WorkFigures {
  readonly cpuMs: number;
}

const valueBytes = 256;

export async function compareAlone(
  folder: string,
  wish: {
    readonly rounds: number;
    readonly durationMs: number;
    readonly clients: readonly number[];
    readonly print: (line: string) => void;
  },
): Promise<void> {
  const { rounds, durationMs, print } = wish;
  const treeBefore = join(folder, "tree");
  if (!layOutTreeBeforeRaft(treeBefore)) {
    print("one node: the history is not here, so there is nothing to compare with");
    return;
  }
  const now = await start(join(import.meta.dirname, "alone.ts"), join(folder, "now"));
  const before = await start(join(treeBefore, "bench/cluster/alone.ts"), join(folder, "before"));
  try {
    for (const clients of wish.clients) {
      const asked = { clients, durationMs, valueBytes };
      const pairs: { readonly now: AloneFigures; readonly before: AloneFigures }[] = [];
      await ask(now, asked);
      await ask(before, asked);
      for (let round = 0; round < rounds; round++) {
        const first = round % 2 === 0 ? await ask(now, asked) : null;
        const theirs = await ask(before, asked);
        pairs.push({ now: first ?? (await ask(now, asked)), before: theirs });
      }
      const cost = 1 - median(pairs.map((pair) => pair.now.perSecond / pair.before.perSecond));
      const text = (side: "now" | "before") =>
        `${perSecond(median(pairs.map((pair) => pair[side].perSecond)))}, ` +
        `p50 ${milliseconds(median(pairs.map((pair) => pair[side].p50Ms)))}, ` +
        `p99 ${milliseconds(median(pairs.map((pair) => pair[side].p99Ms)))}, ` +
        `CPU ${milliseconds(median(pairs.map((pair) => pair[side].cpuMs)))} a command`;
      print(
        `one node, ${clients} clients: Raft costs ${(cost * 100).toFixed(0)} % (aim < 15 %); ` +
          `a group of one ${text("now")}; the plain log ${text("before")}`,
      );
    }
  } finally {
    await stop(now);
    await stop(before);
  }
}

async function start(program: string, folder: string): Promise<ChildProcess> {
  fs.mkdirSync(folder, { recursive: true });
  // The other tree finds its own modules by the package.json beside it.
  const child = fork(program, [folder], { cwd: join(program, "../../..") });
  await once(child, "message");
  return child;
}

async function ask(child: ChildProcess, asked: object): Promise<AloneFigures> {
  child.send(asked);
  const [answer] = (await once(child, "message")) as [AloneFigures | undefined];
  return present(answer, "figures");
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.disconnect();
  await exited;
}
