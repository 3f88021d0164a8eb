/** `lyceum serve`: a school in production. */
import { setTimeout } from "node:timers/promises";
import { Unavailable } from "#engines/errors.ts";
import { setUpToken } from "#slices/identity/api.ts";
import { openNode } from "./compose.ts";
import type { Config } from "./config.ts";
import { refuseClearText, refuseLonelyRoles } from "./exposure.ts";
import { createLog } from "./log.ts";
import { goLive, untilStopped } from "./run-node.ts";
import { builtWeb } from "./web-build.ts";

const againMs = 1_000;

/** Serves until a signal comes; gives the exit status. */
export async function serve(config: Config): Promise<number> {
  refuseClearText(config);
  refuseLonelyRoles(config);
  const log = createLog(config.logLevel);
  const webRoot = config.webRoot ?? (await builtWeb((line) => log("info", line)));
  const node = await openNode({ config, log, webRoot });
  await goLive(node, log).catch(async (error: unknown) => {
    await node.close();
    throw error;
  });
  offerSetUp(node).catch((error: unknown) =>
    log("error", "nobody was told how to set the school up", {
      error: error instanceof Error ? error.message : String(error),
    }),
  );
  return untilStopped(node, log);
}

type OpenNode = Awaited<ReturnType<typeof openNode>>;

/**
 * Says how to set the school up where it has no admin yet. A node that starts before the others cannot tell yet whether
 * it has: then it asks again, for as long as the process lives.
 */
async function offerSetUp(node: OpenNode): Promise<void> {
  for (;;) {
    try {
      if (!(await isSetUp(node.kernel))) await printSetUpLink(node);
      return;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      await setTimeout(againMs, undefined, { ref: false });
    }
  }
}

async function isSetUp(kernel: OpenNode["kernel"]): Promise<boolean> {
  const { output } = await kernel.callAs({ kind: "system", name: "serve" }, "identity.getSchool", {});
  return (output as { isSetUp: boolean }).isSetUp;
}

/** On standard error, for whoever started the server: the link makes an admin, so it is in no log. */
async function printSetUpLink(node: OpenNode): Promise<void> {
  const token = await setUpToken(node.kernel.services.tokens, Date.now());
  process.stderr.write(
    `\nThis school has no admin yet. Open this link to set it up; it works once, within a week:\n\n` +
      `  ${node.publicUrl()}/set-up#${token}\n\n`,
  );
}
