/** Ports that nobody uses at present, for processes that must be told where to listen, and find it free again after a stop. */
import net from "node:net";

/** Where to look on: begun at a place of this process's own, so that two runs at a time do not meet. */
let next = 10_000 + ((process.pid * 37) % 20_000);

/**
 * `count` free ports of the loopback, below the range from which the system gives out its own. None is given twice: a
 * node that is down for a while finds its own free again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  for (; found.length < count; next++) if (await isFree(next)) found.push(next);
  return found;
}

function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
