/**
 * `npm run nemesis`: real nodes under real faults, on this machine.
 *
 *   npm run nemesis                                            two minutes on three nodes, from a fresh seed
 *   npm run nemesis -- --minutes 30 --nodes 3,5 --seed 7       half an hour on each size
 *   npm run nemesis -- --minutes 30 --report docs/reports/nemesis.md
 *   npm run nemesis -- --keep                                  leaves the data and the logs
 *
 * Needs Linux: who dials is read from /proc, and small disks are mounted in a namespace of its own (`unshare`); where
 * that is not allowed, no disk is filled up, and the output says so.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commandWithMounts, hasOwnMounts } from "./disks.ts";
import { nemesis } from "./nemesis.ts";
import { faultsOf, linesOf } from "./report.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    nodes: { type: "string", default: "3" },
    seed: { type: "string" },
    report: { type: "string" },
    keep: { type: "boolean" },
    "upload-mb": { type: "string", default: "200" },
  },
});

/** Starts this program once more where it may mount small disks; the nodes that it starts see them too. */
function again(): number | Promise<number> {
  const { words, reason } = commandWithMounts();
  if (words === null) return run(`no disk is filled up: mounts are not allowed here (${reason})`);
  const [program = "", ...rest] = words;
  const command = [...rest, process.execPath, ...process.argv.slice(1)];
  const { status, signal } = spawnSync(program, command, { stdio: "inherit" });
  return signal === null ? (status ?? 1) : 1;
}

async function run(diskNote = ""): Promise<number> {
  const minutes = Number(values.minutes);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const sizes = values.nodes.split(",").map(Number);
  const lines: string[] = [];
  let broken = 0;
  for (const [place, nodes] of sizes.entries()) {
    const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-nemesis-"));
    console.log(`\n## ${nodes} nodes, ${minutes} minutes, seed ${seed + place}, in ${folder}`);
    try {
      const result = await nemesis({
        folder,
        nodes,
        seed: seed + place,
        minutes,
        diskNote,
        uploadBytes: Number(values["upload-mb"]) * 1_000_000,
        print: (line) => console.log(`  ${line}`),
      });
      const said = linesOf(result);
      for (const line of said) console.log(`  ${line}`);
      lines.push(`## ${nodes} nodes`, "", ...said.map((line) => `- ${line}`), "");
      broken += faultsOf(result).length;
    } finally {
      if (values.keep === true || broken > 0) console.log(`  the data and the logs stay in ${folder}`);
      else fs.rmSync(folder, { recursive: true, force: true });
    }
  }
  if (values.report !== undefined) fs.writeFileSync(values.report, reportOf(lines, minutes, seed));
  return broken === 0 ? 0 : 1;
}

function reportOf(lines: readonly string[], minutes: number, seed: number): string {
  const [cpu] = os.cpus();
  const [load] = os.loadavg();
  return [
    "# Real nodes under real faults: last run",
    "",
    `\`npm run nemesis -- --minutes ${minutes} --nodes ${values.nodes} --seed ${seed}\`, ${new Date().toISOString().slice(0, 10)}, on ${os.cpus().length} cores (${cpu?.model.trim()}) shared with other work (load ${load?.toFixed(0)} at the end), Node ${process.version}.`,
    "",
    about,
    "",
    ...lines,
  ].join("\n");
}

/** What was done and how it was judged, for those who read the figures only. */
const about = `Each cluster is made by the command line and the public operations, as an operator would. Every byte between two nodes goes
through a small proxy, so that links can be cut, in one direction or both, delayed and slowed. Two of the nodes lie on small
disks that can be filled up. The faults and their times come from the seed; one or two at a time, in any mixture.

Thirteen clients work meanwhile over HTTP, through every node: five on registers of the probe (strong reads, writes,
compare-and-set), three append to lists by compare-and-set, three carry their position from node to node and read their own
writes without a strong read, two post announcements, which nothing but the idempotency key keeps from being made twice, and
send old commands again. Some give up without waiting, so that their outcome stays unknown.

Afterwards each key's history, with a last read of what stands there, must be linearizable (Wing and Gong's search, the one
that judges the simulator); what was acknowledged stands in its place once, what is unknown at most once, what was refused not
at all; no session was shown less than it had seen; every node gives the same answers; and with all nodes halted at the same
position, every row of every replicated table is the same. The judge itself is shown bad histories in
nemesis/checker.test.ts. "Longest time without a write" counts all clients together, and for faults that leave no majority it
includes the fault itself and the start of the nodes.`;

process.exitCode = hasOwnMounts ? await run() : await again();
