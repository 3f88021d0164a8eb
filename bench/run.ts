/**
 * `npm run bench`: us and the peer side by side. Each file in this folder that exports `bench` runs alternating pairs
 * in one run and prints the median ratio; absolute figures mean little on a shared machine. Needs nothing but npm.
 *
 *   npm run bench                 everything, seven pairs each
 *   npm run bench -- --sample     two short pairs each, to see that they run
 *   npm run bench -- store        only the benchmarks whose names begin so
 */
import { readdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";

interface Benchmark {
  bench(options: { rounds: number; sample: boolean; print: (line: string) => void }): Promise<void>;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "boolean" }, rounds: { type: "string" } },
});
const sample = values.sample === true;
const rounds = Number(values.rounds ?? (sample ? 2 : 7));
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts" && !file.endsWith(".test.ts"))
  .map((file) => file.slice(0, -3))
  .filter((name) => positionals.length === 0 || positionals.some((wish) => name.startsWith(wish)));

console.log(
  `${cpus().length} cores, Node ${process.version}, load ${loadavg()
    .map((each) => each.toFixed(1))
    .join(" ")}`,
);
for (const name of names) {
  const benchmark = (await import(`./${name}.ts`)) as Partial<Benchmark>;
  if (benchmark.bench === undefined) continue;
  console.log(`\n## ${name}`);
  await benchmark.bench({ rounds, sample, print: (line) => console.log(`  ${line}`) });
}
