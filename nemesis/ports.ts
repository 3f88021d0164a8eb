/** Ports that nobody uses at present, for processes that must be told where to listen, and find it free again after a kill. */
import net from "node:net";

/** `count` free ports of the loopback, below the range from which the system gives out its own. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  // Begun at a place of this process's own, so that two runs at a time do not meet.
  for (let port = 10_000 + ((process.pid * 37) % 20_000); found.length < count; port++)
    if (await isFree(port)) found.push(port);
  return found;
}

function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
