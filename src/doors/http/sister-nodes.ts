/**
 * The school's other nodes. A page whose own node is gone goes on at another one: browsers allow that only where the
 * other node says so (CORS, Fetch standard) and where the page's own policy names it (CSP). Both lists are the cluster's
 * members, and nobody else is ever let in.
 */
import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";
import type { Store } from "#engines/store/port.ts";

export interface SisterNodes {
  /** Whether `origin` is that of one of the school's nodes. */
  has(origin: string): boolean;
  /** The origins of all nodes that have pages. */
  origins(): readonly string[];
}

export function sisterNodes(store: Store): SisterNodes {
  const origins = () =>
    (store.cluster?.view().nodes ?? []).flatMap(({ about }) =>
      about.httpUrl === null ? [] : [new URL(about.httpUrl).origin],
    );
  return { origins, has: (origin) => origins().includes(origin) };
}

/** What a page may read of an answer beside its body: ranges of files, where an upload is, when to come again. */
const exposedHeaders = [
  "accept-ranges",
  "content-length",
  "content-range",
  "location",
  "lyceum-position",
  "retry-after",
  "tus-resumable",
  "upload-expires",
  "upload-offset",
];

/** Lets pages of the other nodes ask this one, with the session's cookie. */
export async function addSisterNodes(app: FastifyInstance, sisters: SisterNodes): Promise<void> {
  await app.register(cors, {
    origin: (origin, decide) => decide(null, origin !== undefined && sisters.has(origin)),
    credentials: true,
    methods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
    exposedHeaders,
    // What is no preflight (a program asking what tus can do) goes on to its own route.
    strictPreflight: false,
    maxAge: 600,
  });
}

/** The page's policy with the other nodes as places that it may connect to. */
export function connectingTo(policy: string, origins: readonly string[]): string {
  return policy.replace("connect-src 'self'", ["connect-src 'self'", ...origins].join(" "));
}
