/** A door on a real socket with a real kernel behind it, for the tests of this folder. */
import { request } from "node:http";
import { systemClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
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
  } = {},
): Promise<TestDoor> {
  const kernel = await openTestKernel({ slices: [notesSlice], authenticator: notesAuthenticator });
  const logged: { message: string; facts: Readonly<Record<string, unknown>> }[] = [];
  const door = await createHttpDoor({
    kernel: kernel.kernel,
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
