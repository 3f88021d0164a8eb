/** The door of HTTP as a program uses it: JSON, uploads by the tus protocol, files under the addresses that answers give. */
import { sessionOperations } from "#app/session-operations.ts";
import { systemClock } from "#base/clock.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import { createHttpDoor } from "#doors/http/server.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import type { TestKernel } from "#kernel/testing.ts";
import { inOrder, type OpenDoor, type Outcome, plain, type SentFile, takenFile } from "./door.ts";

export async function openHttpServer(kernel: TestKernel) {
  const noLimit = 1e9;
  const door = await createHttpDoor({
    kernel: kernel.kernel,
    log: () => {},
    clock: systemClock,
    random: seededRandom(7),
    version: "proof",
    webRoot: null,
    sessions: sessionOperations,
    settings: {
      host: "127.0.0.1",
      port: 0,
      publicUrl: null,
      tls: null,
      trustedProxies: [],
      limits: { sessionPerMinuteMax: noLimit, anonymousPerMinuteMax: noLimit, addressPerMinuteMax: noLimit },
    },
  });
  return { url: (await door.listen()).url, close: () => door.close() };
}

export async function openHttp(kernel: TestKernel): Promise<OpenDoor> {
  const { url, close } = await openHttpServer(kernel);
  const ask = async (
    operation: RegisteredOperation,
    input: JsonObject,
    token: string | null,
  ): Promise<Outcome> => {
    const response = await request(url, operation, input, token);
    const text = await response.text();
    if (!response.ok) return { code: codeIn(text) };
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    return { output: text === "" ? {} : isJson ? (JSON.parse(text) as JsonValue) : text };
  };
  const fetched = async (file: { url: string; fileName: string }) => {
    const response = await fetch(new URL(file.url, url));
    if (!response.ok) throw new Error(`${file.fileName} was not given: ${response.status}`);
    return takenFile(file.fileName, new Uint8Array(await response.arrayBuffer()));
  };
  return {
    close,
    ask,
    async send(operation, input, sending, token) {
      if ("uploadId" in sending) return ask(operation, { ...input, uploadId: sending.uploadId }, token);
      const upload = await sendFile(url, sending, token);
      return "code" in upload ? upload : ask(operation, { ...input, uploadId: upload.uploadId }, token);
    },
    async take(operation, input, token) {
      const outcome = await ask(operation, input, token);
      if ("code" in outcome) return outcome;
      if (operation.returns === "text") {
        // In pieces, it is a field of an answer that says how to go on.
        const { output } = outcome;
        const text = String(typeof output === "string" ? output : (output as JsonObject).text);
        return { files: [takenFile("", Buffer.from(text), text)] };
      }
      const files: { url: string; fileName: string }[] =
        operation.returns === "blobs"
          ? linkedFiles(outcome.output)
          : [outcome.output as unknown as { url: string; fileName: string }];
      return { files: inOrder(await Promise.all(files.map(fetched))) };
    },
    async goOn(operation, input, offset, token) {
      const { output } = (await ask(operation, input, token)) as { output: { url: string } };
      const response = await fetch(new URL(output.url, url), { headers: { range: `bytes=${offset}-` } });
      return takenFile("", new Uint8Array(await response.arrayBuffer()));
    },
  };
}

function request(
  url: string,
  { method, path, kind }: RegisteredOperation,
  input: JsonObject,
  token: string | null,
) {
  const isQuery = kind === "read" && method === "GET";
  const query = new URLSearchParams(
    Object.entries(input).flatMap(([name, value]) => parametersOf(name, value)),
  );
  return fetch(`${url}${path}${isQuery ? `?${query}` : ""}`, {
    method,
    headers: {
      accept: "application/json",
      ...(isQuery ? {} : { "content-type": "application/json" }),
      ...bearer(token),
    },
    ...(isQuery ? {} : { body: JSON.stringify(input) }),
  });
}

/** Sends a file by tus, as far as it arrives. */
export async function sendFile(
  url: string,
  { fileName, content, arriving = content.length, announced = content.length }: SentFile,
  token: string | null,
): Promise<{ readonly uploadId: string } | { readonly code: string }> {
  const headers = { "tus-resumable": "1.0.0", ...bearer(token) };
  const begun = await fetch(`${url}/api/v1/uploads`, {
    method: "POST",
    headers: {
      ...headers,
      "upload-length": String(announced),
      "upload-metadata": `filename ${Buffer.from(fileName).toString("base64")}`,
    },
  });
  const said = await begun.text();
  if (!begun.ok) return { code: codeIn(said) };
  const address = new URL(begun.headers.get("location") ?? "", `${url}/api/v1/uploads`);
  if (arriving > 0) {
    const sent = await fetch(address, {
      method: "PATCH",
      headers: { ...headers, "content-type": "application/offset+octet-stream", "upload-offset": "0" },
      body: content.slice(0, arriving),
    });
    const refused = await sent.text();
    if (!sent.ok) return { code: codeIn(refused) };
  }
  return { uploadId: address.pathname.split("/").at(-1) ?? "" };
}

function linkedFiles(value: JsonValue): { url: string; fileName: string }[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap(linkedFiles);
  const { url, fileName, sha256 } = value;
  if (typeof url === "string" && typeof fileName === "string" && typeof sha256 === "string")
    return [{ url, fileName }];
  return Object.values(value).flatMap((each) => linkedFiles(each ?? null));
}

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

function codeIn(problem: string): string {
  return String((JSON.parse(problem) as { code: string }).code);
}

function parametersOf(name: string, value: JsonValue): [string, string][] {
  if (Array.isArray(value)) return value.map((each) => [name, plain(each)]);
  return value === null ? [] : [[name, plain(value)]];
}
