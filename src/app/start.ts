/** `npm start`: the demo school on this machine, made on the first start, and a banner that says how to get in. */
import { readFile } from "node:fs/promises";
import { openNode } from "./compose.ts";
import type { Config } from "./config.ts";
import { beginDemo, makeDemo } from "./demo/first-start.ts";
import { people, shownAccounts } from "./demo/school.ts";
import { refuseLonelyRoles, refuseOpenDemo } from "./exposure.ts";
import { createLog } from "./log.ts";
import { placesOf } from "./places.ts";
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
  const closing = async (error: unknown) => {
    await node.close();
    throw error;
  };
  if (password !== null) await makeDemo(node.kernel, config, password, say).catch(closing);
  const addresses = await goLive(node, log).catch(closing);
  if (addresses !== null) say(await banner(config, node.publicUrl(), addresses.grpc));
  return untilStopped(node, log);
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
