/** What the programs that look into files share: where the file is, and that they end whatever happens. */
import { Worker } from "node:worker_threads";

/** The descriptor after the standard three and the channel to the parent. */
export const fileDescriptor = 4;

/**
 * The parent stops its process in time. Should the parent have died, a thread of its own does, whatever the library is
 * busy with.
 */
export function endInTime(): void {
  const deadline = `setTimeout(() => process.kill(process.pid, "SIGKILL"), ${Number(process.argv[2])} + 1000)`;
  new Worker(deadline, { eval: true });
  process.once("disconnect", () => process.exit());
}
