/** A door on a real socket with a real kernel behind it, for the tests of this folder. */
import { request } from "node:http";
import { systemClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { createHttpDoor, type HttpDoor, type HttpDoorOptions } from "./server.ts";
import { notesAuthenticator, notesSessions, notesSlice } from "./test-slice.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, with any shape: a test says which fields it expects. */
  readonly body: Record<string, unknown>;
}

export interface TestDoor {
  readonly url: string;
  readonly kernel: TestKernel;
  readonly door: HttpDoor;
  readonly logged: { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }[];
  get(path: string, headers?: Record<string, string>): Promise<Answered>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>;
  send(path: string, init: RequestInit): Promise<Answered>;
  /** A bearer header for `name`. */
  as(name: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export async function openTestDoor(
  changes: Partial<Pick<HttpDoorOptions, "webRoot">> & {
    readonly settings?: Partial<HttpDoorOptions["settings"]>;
    /** Addresses of the school's other nodes, as the cluster would name them. */
    readonly sisters?: readonly string[];
  } = {},
): Promise<TestDoor> {
  const kernel = await openTestKernel({ slices: [notesSlice], authenticator: notesAuthenticator });
  const logged: { message: string; facts: Readonly<Record<string, unknown>> }[] = [];
  const door = await createHttpDoor({
    kernel: changes.sisters === undefined ? kernel.kernel : amongSisters(kernel.kernel, changes.sisters),
    log: (_level, message, facts = {}) => logged.push({ message, facts }),
    clock: systemClock,
    random: seededRandom(7),
    webRoot: changes.webRoot ?? null,
    version: "0.0.0-test",
    sessions: notesSessions,
    settings: {
      host: "127.0.0.1",
      port: 0,
      publicUrl: null,
      tls: null,
      trustedProxies: [],
      ...changes.settings,
    },
  });
  const { url } = await door.listen();

  const send = async (path: string, init: RequestInit): Promise<Answered> => {
    const response = await fetch(url + path, { redirect: "manual", ...init });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json") && text !== "";
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });

  return {
    url,
    kernel,
    door,
    logged,
    send,
    post,
    get: (path, headers = {}) => send(path, { headers }),
    async as(name) {
      const { body } = await post("/api/v1/notes/sign-in", { name });
      return { authorization: `Bearer ${String(body.token)}` };
    },
    async close() {
      await door.close();
      await kernel.close();
    },
  };
}

/** Sends a request with headers that `fetch` keeps for itself (Cookie, Origin, Host); gives the status and headers. */
export function sendRaw(
  url: string,
  options: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
): Promise<{ status: number; setCookie: readonly string[]; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: options.method, headers: options.headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            setCookie: response.headers["set-cookie"] ?? [],
            text,
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(options.body);
  });
}

/** The kernel as a member of a cluster whose nodes have pages at these addresses. */
function amongSisters(kernel: Kernel, sisters: readonly string[]): Kernel {
  const nodes = sisters.map((httpUrl, place) => ({
    id: `n${place}`,
    role: "voter" as const,
    about: { name: `node ${place}`, peerAddress: `127.0.0.1:${7400 + place}`, httpUrl, grpcAddress: null },
    isLeader: place === 0,
    isReachable: true,
    version: null,
    lagEntries: null,
    state: null,
  }));
  const refuse = async () => {
    throw new Error("this cluster is only looked at");
  };
  const cluster: Cluster = {
    view: () => ({
      clusterId: "0".repeat(32),
      selfId: "n0",
      role: "leader",
      term: 1,
      leaderId: "n0",
      leaderSince: 0,
      commitIndex: 1,
      appliedIndex: 1,
      nodes,
      lastSnapshot: null,
      rebuilding: null,
      wasMember: true,
    }),
    addMember: refuse,
    updateMember: refuse,
    removeMember: refuse,
    transferLeadership: refuse,
    onLeadership: () => () => undefined,
  };
  return { ...kernel, store: { ...kernel.store, cluster } };
}
