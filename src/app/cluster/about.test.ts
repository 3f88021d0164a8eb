import assert from "node:assert/strict";
import { hostname } from "node:os";
import test from "node:test";
import { readConfig } from "../config.ts";
import { aboutOf, isOwnMachine, peerAddressOf } from "./about.ts";

const config = (flags: Record<string, string>) => readConfig({ flags, environment: {}, file: null }).config;

test("a node on this machine is reached where it listens", () => {
  const listening = { httpUrl: "http://127.0.0.1:8081", grpc: { host: "127.0.0.1", port: 50052 } };
  assert.deepEqual(aboutOf(config({ "peer-port": "7001" }), listening), {
    name: hostname(),
    peerAddress: "127.0.0.1:7001",
    httpUrl: "http://127.0.0.1:8081",
    grpcAddress: "127.0.0.1:50052",
  });
});

test("a node that listens on every address says where it is reached, or nothing", () => {
  const listening = { httpUrl: "https://0.0.0.0:443", grpc: { host: "::", port: 50051 } };
  const peers = { "peer-address": "10.0.0.5:7001", "node-name": "b" };
  const bare = aboutOf(config(peers), listening);
  assert.deepEqual([bare.httpUrl, bare.grpcAddress], [null, null]);
  const named = aboutOf(config({ ...peers, "node-url": "https://b.school.example" }), listening);
  assert.deepEqual(
    [named.httpUrl, named.grpcAddress, named.peerAddress, named.name],
    ["https://b.school.example", "b.school.example:50051", "10.0.0.5:7001", "b"],
  );
  assert.throws(() => peerAddressOf(config({ "peer-host": "0.0.0.0" })), /LYCEUM_PEER_ADDRESS/);
});

test("addresses of this machine are told from others", () => {
  assert.deepEqual(
    ["127.0.0.1:1", "localhost:1", "[::1]:1", "10.0.0.5:1", "school.example:1"].map(isOwnMachine),
    [true, true, true, false, false],
  );
});
