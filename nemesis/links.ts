/**
 * The links between the nodes, for cutting. Each node is advertised at the address of a small TCP proxy, and every
 * byte between two nodes goes through it; what a link does to them is decided here for each direction of its own.
 * A cut link swallows nothing and says nothing: bytes wait, as they do in a network that has lost its way, and go on
 * when it is mended, unless somebody has given the connection up meanwhile.
 */
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pidOfConnection } from "./who-dials.ts";

/** What happens to bytes in one direction between two nodes. */
export interface LinkRule {
  readonly isCut: boolean;
  readonly delayMs: number;
  /** Null for as fast as the machine can. */
  readonly bytesPerSecond: number | null;
}

const clear: LinkRule = { isCut: false, delayMs: 0, bytesPerSecond: null };
/** Bytes that wait in a proxy before it stops reading, as a network's own buffers would fill up. */
const waitingBytesMax = 1 << 20;
/** A node's call comes in before its process shows it: looked for so many times. */
const lookUpsMax = 5;

interface Pipe {
  readonly from: string;
  readonly to: string;
  /** The rule has changed: look again. */
  wake(): void;
  destroy(): void;
}

/** All proxies of a cluster. Nodes are called by the harness's own names for them. */
export class Links {
  readonly #rules = new Map<string, LinkRule>();
  readonly #servers: net.Server[] = [];
  readonly #pipes = new Set<Pipe>();
  readonly #pids: () => ReadonlyMap<number, string>;
  /** Bytes carried between nodes so far. */
  bytesCarried = 0;

  /** `pids` tells which node a process is; whoever is none of them dials without any rule. */
  constructor(pids: () => ReadonlyMap<number, string>) {
    this.#pids = pids;
  }

  /** Opens the proxy in front of `node`, whose own port for peers is `targetPort`; gives the port to advertise. */
  async open(node: string, targetPort: number): Promise<number> {
    const server = net.createServer({ noDelay: true }, (dialled) => {
      dialled.on("error", () => dialled.destroy());
      this.#connect(dialled, node, targetPort).catch(() => dialled.destroy());
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as net.AddressInfo).port;
  }

  /** Sets what happens to bytes from `from` to `to` from now on. */
  set(from: string, to: string, rule: Partial<LinkRule>): void {
    this.#rules.set(`${from}>${to}`, { ...clear, ...rule });
    for (const pipe of this.#pipes) if (pipe.from === from && pipe.to === to) pipe.wake();
  }

  /** Breaks every connection between two nodes, as a firewall that forgets them would. */
  reset(one: string, other: string): void {
    for (const pipe of this.#pipes)
      if ((pipe.from === one && pipe.to === other) || (pipe.from === other && pipe.to === one))
        pipe.destroy();
  }

  /** All links are as they should be again. */
  healAll(): void {
    this.#rules.clear();
    for (const pipe of this.#pipes) pipe.wake();
  }

  async close(): Promise<void> {
    for (const pipe of this.#pipes) pipe.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  async #connect(dialled: net.Socket, to: string, targetPort: number): Promise<void> {
    dialled.pause();
    const from = await this.#whoIs(dialled);
    const target = net.connect({ host: "127.0.0.1", port: targetPort, noDelay: true });
    target.on("error", () => target.destroy());
    this.#pipe(dialled, target, from, to);
    this.#pipe(target, dialled, to, from);
  }

  /** Who dials: the process at the other end of the socket. */
  async #whoIs(dialled: net.Socket): Promise<string> {
    for (let look = 0; look < lookUpsMax; look++) {
      const pids = this.#pids();
      const pid = pidOfConnection(
        { localPort: dialled.remotePort ?? 0, remotePort: dialled.localPort ?? 0 },
        [...pids.keys()],
      );
      if (pid !== null) return pids.get(pid) ?? "outside";
      await sleep(2);
    }
    return "outside";
  }

  #pipe(source: net.Socket, target: net.Socket, from: string, to: string): void {
    const waiting: { readonly bytes: Buffer; readonly due: number }[] = [];
    const ruleNow = () => this.#rules.get(`${from}>${to}`) ?? clear;
    let waitingBytes = 0;
    let timer: NodeJS.Timeout | null = null;
    let hasEnded = false;
    let freeAt = 0;

    const forward = () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const rule = ruleNow();
      while (!rule.isCut) {
        const now = performance.now();
        const next = waiting[0];
        if (next === undefined) {
          // The news that one end is gone travels as the bytes do, and not at all while the link is cut.
          if (hasEnded) pipe.destroy();
          break;
        }
        const dueAt = Math.max(next.due, freeAt);
        if (dueAt > now) {
          timer = setTimeout(forward, dueAt - now);
          break;
        }
        waiting.shift();
        waitingBytes -= next.bytes.length;
        this.bytesCarried += next.bytes.length;
        if (rule.bytesPerSecond !== null) freeAt = now + (next.bytes.length / rule.bytesPerSecond) * 1_000;
        target.write(next.bytes);
      }
      if (waitingBytes < waitingBytesMax && target.writableLength < waitingBytesMax) source.resume();
    };
    source.on("data", (bytes: Buffer) => {
      waiting.push({ bytes, due: performance.now() + ruleNow().delayMs });
      waitingBytes += bytes.length;
      if (waitingBytes >= waitingBytesMax || target.writableLength >= waitingBytesMax) source.pause();
      forward();
    });
    source.on("close", () => {
      hasEnded = true;
      forward();
    });
    target.on("drain", forward);
    const pipe: Pipe = {
      from,
      to,
      wake: forward,
      destroy: () => {
        if (timer !== null) clearTimeout(timer);
        this.#pipes.delete(pipe);
        source.destroy();
        target.destroySoon();
      },
    };
    this.#pipes.add(pipe);
    // The dialling end was halted until it was known who it is.
    forward();
  }
}
