/**
 * The load of the cluster benchmarks, in a process of its own: as many clients as wished, each of which waits for its
 * answer before it writes again, to keys and values of the same size whoever serves. Prints one line of JSON.
 */
import http from "node:http";
import { join } from "node:path";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { loadSync, type ServiceDefinition } from "@grpc/proto-loader";
import { assert, present } from "#base/assert.ts";
import { quantile } from "./figures.ts";

export interface Load {
  /** Our two doors; etcd's gRPC, and its JSON over HTTP. */
  readonly kind: "http" | "grpc" | "etcd" | "etcd-http";
  /** `host:port` of each node that is written to; the clients are spread over them. */
  readonly addresses: readonly string[];
  readonly token: string | null;
  readonly clients: number;
  readonly durationMs: number;
  readonly valueBytes: number;
}

export interface LoadFigures {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the load itself per command. */
  readonly clientCpuMs: number;
}

/** One write: resolves when it is acknowledged. */
type Write = (key: string, value: string, id: string) => Promise<void>;

/** Connections that gRPC clients share, as programs do: one for each 64 clients. */
const clientsPerChannel = 64;
const keys = 1_000;

async function run(wish: Load): Promise<LoadFigures> {
  const filler = "v".repeat(wish.valueBytes);
  const nonce = `${process.pid}-${Date.now()}`;
  const latencies: number[] = [];
  let sequence = 0;
  const writers = Array.from({ length: wish.clients }, (_, client) => writerOf(wish, client));
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    writers.map(async (write) => {
      for (;;) {
        const called = performance.now();
        if (called - start >= wish.durationMs) return;
        const own = sequence++;
        const value = `${own}:${filler}`.slice(0, wish.valueBytes);
        await write(`bench-${own % keys}`, value, `${nonce}-${own}`);
        latencies.push(performance.now() - called);
      }
    }),
  );
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  assert(latencies.length > 0, "the load wrote something");
  return {
    count: latencies.length,
    perSecond: (latencies.length / elapsedMs) * 1_000,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    clientCpuMs: (user + system) / 1_000 / latencies.length,
  };
}

function writerOf(wish: Load, client: number): Write {
  const address = present(wish.addresses[client % wish.addresses.length], "an address");
  switch (wish.kind) {
    case "http":
      return httpWriter(address, "/api/v1/cluster/write-probe", wish.token, (key, value) => ({ key, value }));
    case "etcd-http":
      return httpWriter(address, "/v3/kv/put", null, (key, value) => ({
        key: Buffer.from(key).toString("base64"),
        value: Buffer.from(value).toString("base64"),
      }));
    case "grpc":
      return grpcWriter(ourWrite, wish, address, client, (key, value) => ({ key, value }));
    case "etcd":
      return grpcWriter(etcdPut, wish, address, client, (key, value) => ({
        key: Buffer.from(key),
        value: Buffer.from(value),
      }));
  }
}

/** A connection of its own, kept alive, as Node's own HTTP client does it. */
function httpWriter(
  address: string,
  path: string,
  token: string | null,
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
      const request = http.request({ agent, host, port, path, method: "POST", headers }, (response) => {
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

function grpcWriter(
  { folder, file, service, method }: Method,
  { token }: Load,
  address: string,
  client: number,
  messageOf: (key: string, value: string) => object,
): Write {
  const definition = loadSync(file, { includeDirs: [folder] });
  const { path, requestSerialize, responseDeserialize } = present(
    (definition[service] as ServiceDefinition | undefined)?.[method],
    `${service}/${method}`,
  );
  const name = `${address}#${Math.floor(client / clientsPerChannel)}`;
  // Channels to one address would share a connection unless each is told to have its own.
  const channel =
    channels.get(name) ??
    new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  channels.set(name, channel);
  return (key, value, id) =>
    new Promise((resolve, reject) => {
      const metadata = new Metadata();
      if (token !== null) {
        metadata.set("authorization", `Bearer ${token}`);
        metadata.set("idempotency-key", id);
      }
      channel.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        messageOf(key, value),
        metadata,
        (error) => (error === null ? resolve() : reject(error)),
      );
    });
}

if (import.meta.main) {
  const wish = JSON.parse(present(process.argv[2], "what to do, as JSON")) as Load;
  process.stdout.write(`${JSON.stringify(await run(wish))}\n`);
  process.exit(0);
}
