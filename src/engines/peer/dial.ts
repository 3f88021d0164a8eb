/** Opens connections to nodes: TLS under the cluster's authority, and no further unless the right node answers. */
import { X509Certificate } from "node:crypto";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import type { Clock } from "#base/clock.ts";
import type { NodeId } from "#raft/configuration.ts";
import { identityOf, type NodeCredentials } from "./certificates.ts";
import { distrustSentence } from "./handshake.ts";

/** One stream may be this far ahead of its reader. */
export const streamWindowBytes = 4 * 1024 * 1024;
/** All streams of a connection together: more, so that one slow reader does not hold up the others. */
export const sessionWindowBytes = 128 * 1024 * 1024;
/** In megabytes, as Node counts it: what a session may hold before it turns away new streams. */
export const sessionMemoryMax = 512;

/** Nobody was reached, or not who was meant; a sentence that says what to do. */
export class DialFailed extends Error {
  override readonly name = "DialFailed";
  /** The address may be right later: nothing about who answered is wrong. */
  readonly isTransient: boolean;

  constructor(message: string, isTransient: boolean) {
    super(message);
    this.isTransient = isTransient;
  }
}

export interface DialOptions {
  /** `host:port`. */
  readonly address: string;
  /** Trusted at the other end. */
  readonly authority: string;
  /** What this end shows; a newcomer has nothing to show. */
  readonly own: NodeCredentials | null;
  /** Who must answer; null takes any node of the authority's. */
  readonly expected: { readonly clusterId: string; readonly nodeId: NodeId } | null;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Rejects with `DialFailed`. */
export async function dial(options: DialOptions): Promise<ClientHttp2Session> {
  const { address, authority, own, expected } = options;
  const socket = await openTls(
    {
      ca: authority,
      ...(own === null ? {} : { cert: own.certificate + own.authority, key: own.privateKey }),
      checkServerIdentity: (_host, { raw }) => {
        const found = identityOf(new X509Certificate(raw));
        if (found === null) return new Error(`what answers at ${address} is no node of a cluster`);
        if (expected === null) return undefined;
        if (found.clusterId === expected.clusterId && found.nodeId === expected.nodeId) return undefined;
        return new Error(
          `node ${found.nodeId} answers at ${address}, where node ${expected.nodeId} was looked for: correct the peer address of one of them`,
        );
      },
    },
    options,
  );
  const session = connectHttp2(`https://${address}`, {
    createConnection: () => socket,
    maxSessionMemory: sessionMemoryMax,
    settings: { initialWindowSize: streamWindowBytes, enablePush: false },
  });
  session.on("error", () => {
    // Whoever uses the session hears of its end by "close"; without a listener the process would end with it.
  });
  return new Promise((resolve, reject) => {
    session.once("connect", () => {
      session.setLocalWindowSize(sessionWindowBytes);
      resolve(session);
    });
    session.once("close", () => reject(new DialFailed(`${address} closed the connection at once`, true)));
  });
}

/** A TLS connection; its other end was checked when `tls` names an authority. */
export function openTls(
  tls: Pick<ConnectionOptions, "ca" | "cert" | "key" | "checkServerIdentity">,
  options: Pick<DialOptions, "address" | "clock" | "timeoutMs" | "signal">,
): Promise<TLSSocket> {
  const { address, clock, timeoutMs, signal } = options;
  const place = parseAddress(address);
  if (place === null)
    return Promise.reject(new DialFailed(`"${address}" is no address: write host:port`, false));
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      ...tls,
      ...place,
      ALPNProtocols: ["h2"],
      minVersion: "TLSv1.3",
      // Checked below. Node would break off before the other side had seen who calls, and could say so in its log.
      rejectUnauthorized: false,
    });
    socket.setNoDelay(true);
    const settle = (error: DialFailed | null) => {
      cancel();
      signal?.removeEventListener("abort", abort);
      socket.off("error", fail);
      if (error === null) return resolve(socket);
      socket.on("error", () => {
        // Already told.
      });
      // What the other side has not read yet of who calls still reaches it.
      if (error.isTransient) socket.destroy();
      else socket.end(() => socket.destroy());
      reject(error);
    };
    const fail = (error: Error) => settle(failureOf(error, address));
    const abort = () => settle(new DialFailed(`the attempt to reach ${address} was given up`, true));
    const cancel = clock.after(timeoutMs, () =>
      settle(new DialFailed(`${address} did not answer within ${timeoutMs} ms`, true)),
    );
    signal?.addEventListener("abort", abort);
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      if (tls.ca !== undefined && !socket.authorized)
        settle(distrusted(String(socket.authorizationError), address));
      else if (socket.alpnProtocol !== "h2")
        settle(new DialFailed(`what answers at ${address} is not the peer port of a node`, false));
      else settle(null);
    });
    if (signal?.aborted === true) abort();
  });
}

/** `host:port`, also `[::1]:7400`. */
export function parseAddress(address: string): { readonly host: string; readonly port: number } | null {
  const [, v6, name, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(address) ?? [];
  const host = v6 ?? name;
  return host === undefined || Number(port) > 65_535 ? null : { host, port: Number(port) };
}

/** `cause` is OpenSSL's name for what is wrong, or a sentence of `checkServerIdentity`. */
function distrusted(cause: string, address: string): DialFailed {
  const isName = /^[A-Z0-9_]+$/.test(cause);
  return new DialFailed(isName ? distrustSentence(cause, `the node at ${address}`) : cause, false);
}

function failureOf(error: Error, address: string): DialFailed {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "EPROTO")
    return new DialFailed(`what answers at ${address} does not speak TLS 1.3: is it the peer port?`, false);
  return new DialFailed(`${address} cannot be reached: ${error.message}`, true);
}
