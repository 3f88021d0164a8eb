/**
 * The first start of a demo school. One that was broken off half-way leaves a mark, and half a demo school is thrown
 * away: nobody has worked in it.
 */
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kernel } from "#kernel/kernel.ts";
import type { Config } from "../config.ts";
import { placesOf } from "../places.ts";
import { seedDemoSchool } from "./seed.ts";

/** Gives the password of a demo school that is still to be made, or null where there is a school already. */
export async function beginDemo(config: Config): Promise<string | null> {
  const { data, store, blobs, demoUnfinished } = placesOf(config);
  if (config.databaseUrl !== null) return null;
  if (existsSync(demoUnfinished))
    for (const folder of [store, blobs]) await rm(folder, { recursive: true, force: true });
  else if (existsSync(join(store, "CURRENT"))) return null;
  await mkdir(data, { recursive: true, mode: 0o700 });
  await writeFile(
    demoUnfinished,
    "The demo school is being made. If this file stays, it will be made anew.\n",
  );
  return config.demoPassword ?? makePassword();
}

/** Makes the school that `beginDemo` began, and keeps its password beside it. */
export async function makeDemo(
  kernel: Kernel,
  config: Config,
  password: string,
  say: (line: string) => void,
): Promise<void> {
  const { demoPassword, demoUnfinished } = placesOf(config);
  say("Making the demo school…");
  await seedDemoSchool(kernel, { password, now: Date.now(), progress: (line) => say(`  ${line}`) });
  await writeFile(demoPassword, `${password}\n`, { mode: 0o600 });
  await rm(demoUnfinished);
}

/** Easy to read aloud and to type: four syllable pairs and a number, some 45 bits. */
function makePassword(): string {
  const consonants = "bdfghklmnprstvz";
  const vowels = "aeiou";
  const pick = (letters: string) => letters.charAt(randomInt(letters.length));
  const word = () => pick(consonants) + pick(vowels) + pick(consonants) + pick(vowels);
  return `${word()}-${word()}-${word()}-${randomInt(100, 1_000)}`;
}
