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

process.exitCode = hasOwnMounts ? await run() : await again();

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
  return [
    "# Real nodes under real faults",
    "",
    `\`npm run nemesis -- --minutes ${minutes} --nodes ${values.nodes} --seed ${seed}\`, on ${os.cpus().length} cores (${cpu?.model.trim()}), Node ${process.version}.`,
    "",
    ...lines,
  ].join("\n");
}
