/** `npm start`: the demo school on this machine, made on the first start, and a banner that says how to get in. */
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openNode, placesOf } from "./compose.ts";
import type { Config } from "./config.ts";
import { people, shownAccounts } from "./demo/school.ts";
import { seedDemoSchool } from "./demo/seed.ts";
import { refuseLonelyRoles, refuseOpenDemo } from "./exposure.ts";
import { createLog } from "./log.ts";
import { goLive, untilStopped } from "./run-node.ts";
import { builtWeb } from "./web-build.ts";

/** Serves the demo school until a signal comes; gives the exit status. */
export async function start(config: Config): Promise<number> {
  refuseOpenDemo(config);
  refuseLonelyRoles(config);
  const isTerminal = process.stdout.isTTY === true;
  // At a terminal the banner tells what matters; programs read the line with the addresses.
  const log = createLog(isTerminal && config.logLevel === "info" ? "warn" : config.logLevel);
  const say = (line: string) => process.stderr.write(`${line}\n`);

  const webRoot = config.webRoot ?? (await builtWeb(say));
  const password = await beginDemo(config);
  const node = await openNode({ config, log, webRoot });
  if (password !== null) {
    say("Making the demo school…");
    const { demoPassword, demoUnfinished } = placesOf(config);
    try {
      await seedDemoSchool(node.kernel, { password, now: Date.now(), progress: (line) => say(`  ${line}`) });
    } catch (error) {
      await node.close();
      throw error;
    }
    await writeFile(demoPassword, `${password}\n`, { mode: 0o600 });
    await rm(demoUnfinished);
  }
  const addresses = await goLive(node, log).catch(async (error: unknown) => {
    await node.close();
    throw error;
  });
  if (addresses !== null) say(await banner(config, node.publicUrl(), addresses.grpc));
  return untilStopped(node, log);
}

/**
 * Gives the password of a demo school that is still to be made, or null where there is a school already. A start that
 * was broken off half-way leaves a mark, and half a demo school is thrown away: nobody has worked in it.
 */
async function beginDemo(config: Config): Promise<string | null> {
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

/** Easy to read aloud and to type: four syllable pairs and a number, some 45 bits. */
function makePassword(): string {
  const consonants = "bdfghklmnprstvz";
  const vowels = "aeiou";
  const pick = (letters: string) => letters.charAt(randomInt(letters.length));
  const word = () => pick(consonants) + pick(vowels) + pick(consonants) + pick(vowels);
  return `${word()}-${word()}-${word()}-${randomInt(100, 1_000)}`;
}

async function banner(
  config: Config,
  url: string,
  grpc: { readonly host: string; readonly port: number },
): Promise<string> {
  const { demoPassword, data } = placesOf(config);
  const password = await readFile(demoPassword, "utf8").catch(() => null);
  const accounts = shownAccounts.map((key) => people[key]);
  const width = Math.max(...accounts.map(({ email }) => email.length));
  const signIn =
    password === null
      ? ["  This folder holds a school of your own: sign in with its accounts."]
      : [
          "  Sign in as one of these; the password of all is",
          `      ${password.trim()}`,
          "",
          ...accounts.map(
            ({ email, name, roles }) => `      ${email.padEnd(width)}  ${name}, ${roles.join(" and ")}`,
          ),
        ];
  return [
    "",
    `  Lyceum is running at  ${url}`,
    "",
    ...signIn,
    "",
    `  Reference ${url}/docs   gRPC ${grpc.host}:${grpc.port}   Data ${data}`,
    "  Ctrl-C stops it. Delete the data folder to start over.",
    "",
  ].join("\n");
}
