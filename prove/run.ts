/**
 * `npm run prove`: the long proofs, one after the other. Each is a file in this folder that exports `prove`; it throws
 * when a promise is broken. Needs nothing but npm.
 *
 *   npm run prove                      everything in full (500 kills each; about an hour)
 *   npm run prove -- --sample          a few of each, for CI
 *   npm run prove -- store-crash       only the proofs whose names begin so
 *   npm run prove -- --count 50 --seed 7
 */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";

interface Proof {
  prove(options: { count: number; seed: number; print: (line: string) => void }): Promise<void>;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "boolean" }, count: { type: "string" }, seed: { type: "string" } },
});
const count = Number(values.count ?? (values.sample ? 8 : 500));
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts" && !file.endsWith(".test.ts"))
  .map((file) => file.slice(0, -3))
  .filter((name) => positionals.length === 0 || positionals.some((wish) => name.startsWith(wish)));

let failed = 0;
let held = 0;
for (const name of names) {
  const proof = (await import(`./${name}.ts`)) as Partial<Proof>;
  if (proof.prove === undefined) continue;
  const start = performance.now();
  console.log(`\n## ${name} (count ${count}, seed ${seed})`);
  try {
    await proof.prove({ count, seed, print: (line) => console.log(`  ${line}`) });
    held++;
    console.log(`  held, ${((performance.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    failed++;
    console.error(`  BROKEN: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
console.log(`\n${held} proofs held, ${failed} broken`);
process.exitCode = failed > 0 || held === 0 ? 1 : 0;
