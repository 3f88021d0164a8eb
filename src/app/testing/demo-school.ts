/**
 * The demo school for tests and proofs. Making one takes seconds, so it is made once and each that needs one gets a copy:
 * `npm test` makes it before the first test, a file that is run by itself when it first asks.
 */
import { rmSync } from "node:fs";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNode } from "../compose.ts";
import { readConfig } from "../config.ts";
import { seedDemoSchool } from "../demo/seed.ts";

/** Everybody's. */
export const demoPassword = "seven quiet otters";

/** Names the folder that was made for the whole run to the processes of the run. */
const madeForRun = "LYCEUM_TEST_DEMO_SCHOOL";
let made: Promise<string> | null = null;

/** Puts the data folder of a node with the demo school at `data`, where nothing is yet. */
export async function copyDemoSchool(data: string): Promise<void> {
  made ??= Promise.resolve(process.env[madeForRun] ?? makeDemoSchool());
  await cp(await made, data, { recursive: true });
}

/** Makes it for every process that this one starts; it goes when this one does. */
export async function demoSchoolForRun(): Promise<void> {
  process.env[madeForRun] = await makeDemoSchool();
}

async function makeDemoSchool(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-demo-made-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, "data");
  const flags = { data, "http-port": "0", "grpc-port": "0" };
  const { config } = readConfig({ flags, environment: {}, file: null });
  const node = await openNode({ config, log: () => {}, webRoot: null });
  await seedDemoSchool(node.kernel, { password: demoPassword, now: Date.now(), progress: () => {} });
  await node.kernel.settle();
  await node.close();
  return data;
}
