/** The life of a node's process: it opens, listens, says where, and closes cleanly when it is told to. */
import type { Log } from "#kernel/kernel.ts";
import type { Addresses, Node } from "./compose.ts";

/** After the first signal, so long may requests take to end; then the process goes, and nothing acknowledged is lost. */
const drainMsMax = 15_000;

/** Exit statuses beside those of `failureTable` (sysexits.h). */
export const exits = { ok: 0, unavailable: 69, fault: 70, folderRefused: 73, badConfig: 78 } as const;

/** Listens, tells the log where in one line, starts the work in the background. */
export async function goLive(node: Node, log: Log): Promise<Addresses | null> {
  const addresses = await node.listen();
  node.start();
  log("info", "listening", { ...(addresses ?? {}), publicUrl: node.publicUrl(), pid: process.pid });
  return addresses;
}

/** Resolves with an exit status once the node has been told to stop and has. A second signal does not wait. */
export function untilStopped(node: Node, log: Log): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: NodeJS.Signals | null) => {
      if (stopping && signal !== null) {
        log("warn", "stopped at once", { signal });
        process.exit(128 + (signal === "SIGINT" ? 2 : 15));
      }
      if (stopping) return;
      stopping = true;
      log("info", "stopping", { why: signal ?? "this node is no member of its cluster any more" });
      const impatient = setTimeout(() => {
        log("warn", "some requests did not end in time", { waitedMs: drainMsMax });
        process.exit(exits.unavailable);
      }, drainMsMax);
      impatient.unref();
      node.close().then(
        () => {
          log("info", "stopped");
          resolve(exits.ok);
        },
        (error: unknown) => {
          log("error", "stopping failed", {
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          });
          resolve(1);
        },
      );
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    node.left.then(
      () => stop(null),
      (error: unknown) => {
        log("error", "this node was removed, and could not note it", { error: String(error) });
        stop(null);
      },
    );
  });
}
