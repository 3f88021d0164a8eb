/**
 * One write to one node, through each door of ours and of etcd's: what the clients of the benchmarks are made of. The
 * key and the value are of the same size whoever serves; ours carry a session and an idempotency key, as clients do.
 */
import http from "node:http";
import { join } from "node:path";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { loadSync, type ServiceDefinition } from "@grpc/proto-loader";
import { present } from "#base/assert.ts";

export type WriteKind = "http" | "grpc" | "etcd" | "etcd-http";

/** Resolves when the write is acknowledged. `id` is its idempotency key, where the server knows such a thing. */
export type Write = (key: string, value: string, id: string) => Promise<void>;

export interface WriterOptions {
  /** Our two doors; etcd's gRPC, and its JSON over HTTP. */
  readonly kind: WriteKind;
  /** `host:port`. */
  readonly address: string;
  readonly token: string | null;
  /** Clients of the same channel share a connection. */
  readonly channel: number;
  /** Gives up after so long; null to wait for ever. */
  readonly deadlineMs: number | null;
}

export function writerOf(options: WriterOptions): Write {
  switch (options.kind) {
    case "http":
      return httpWriter(options, "/api/v1/cluster/write-probe", (key, value) => ({ key, value }));
    case "etcd-http":
      return httpWriter(options, "/v3/kv/put", (key, value) => ({
        key: Buffer.from(key).toString("base64"),
        value: Buffer.from(value).toString("base64"),
      }));
    case "grpc":
      return grpcWriter(ourWrite, options, (key, value) => ({ key, value }));
    case "etcd":
      return grpcWriter(etcdPut, options, (key, value) => ({
        key: Buffer.from(key),
        value: Buffer.from(value),
      }));
  }
}

/** A connection of its own, kept alive, as Node's own HTTP client does it. */
function httpWriter(
  { address, token, deadlineMs }: WriterOptions,
  path: string,
  bodyOf: (key: string, value: string) => object,
): Write {
  const [host, port] = address.split(":");
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  return (key, value, id) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(bodyOf(key, value));
      const headers = {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        ...(token === null ? {} : { authorization: `Bearer ${token}`, "idempotency-key": id }),
      };
      const options = { agent, host, port, path, method: "POST", headers, timeout: deadlineMs ?? 0 };
      const request = http.request(options, (response) => {
        const { statusCode } = response;
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject).on("end", () => {
          if (statusCode === 200) resolve();
          else reject(new Error(`${path} answered ${statusCode}: ${text}`));
        });
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${deadlineMs} ms`)));
      request.on("error", reject).end(body);
    });
}

interface Method {
  readonly folder: string;
  readonly file: string;
  readonly service: string;
  readonly method: string;
}

const etcdPut: Method = {
  folder: import.meta.dirname,
  file: "kv.proto",
  service: "etcdserverpb.KV",
  method: "Put",
};
const ourWrite: Method = {
  folder: join(import.meta.dirname, "../../proto"),
  file: "lyceum/v1/raft_service.proto",
  service: "lyceum.v1.RaftService",
  method: "WriteProbe",
};
const channels = new Map<string, Client>();
const channelOptions = {
  // Channels to one address would share a connection unless each is told to have its own.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.min_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 200,
};

function grpcWriter(
  { folder, file, service, method }: Method,
  { token, address, channel, deadlineMs }: WriterOptions,
  messageOf: (key: string, value: string) => object,
): Write {
  const definition = loadSync(file, { includeDirs: [folder] });
  const { path, requestSerialize, responseDeserialize } = present(
    (definition[service] as ServiceDefinition | undefined)?.[method],
    `${service}/${method}`,
  );
  const name = `${address}#${channel}`;
  const client = channels.get(name) ?? new Client(address, credentials.createInsecure(), channelOptions);
  channels.set(name, client);
  return (key, value, id) =>
    new Promise((resolve, reject) => {
      const metadata = new Metadata();
      if (token !== null) {
        metadata.set("authorization", `Bearer ${token}`);
        metadata.set("idempotency-key", id);
      }
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        messageOf(key, value),
        metadata,
        deadlineMs === null ? {} : { deadline: Date.now() + deadlineMs },
        (error) => (error === null ? resolve() : reject(error)),
      );
    });
}
