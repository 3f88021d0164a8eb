/** The last reports of the simulator, in docs/: each kind of run replaces its own section and leaves the others. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";

const file = join(import.meta.dirname, "../docs/reports/sim.md");
const opening = [
  "# What the simulator found",
  "",
  "Whole clusters in one thread and virtual time, each from a seed (`npm run sim`; sim/README.md says what is done to them",
  "and what is checked). Each section is the last run of its kind.",
].join("\n");

/** Puts `lines` under `title`; a table stays one, anything else is set as it was printed. */
export function writeSection(title: string, lines: readonly string[]): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : opening;
  const [head = opening, ...sections] = before.trimEnd().split(/\n+(?=## )/);
  const isTable = lines[0]?.startsWith("|") ?? false;
  const body = isTable ? lines.join("\n") : ["```", ...lines, "```"].join("\n");
  const when = new Date().toISOString().slice(0, 10);
  const about = `${when}, Node ${process.versions.node}, ${os.availableParallelism()} processors.`;
  const section = `## ${title}\n\n${about}\n\n${body}`;
  const place = sections.findIndex((each) => each.startsWith(`## ${title}\n`));
  const all = place < 0 ? [...sections, section] : sections.with(place, section);
  writeFileSync(file, `${[head, ...all].join("\n\n")}\n`);
}
