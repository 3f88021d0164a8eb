/** What a node says of itself to the others: its name, and where it is reached. */
import { hostname } from "node:os";
import type { MemberAbout } from "#raft/configuration.ts";
import { type Config, ConfigError } from "../config.ts";
import { isLoopback } from "../exposure.ts";

/** Where the doors of this process listen, or null before they do or where they do not. */
export interface Listening {
  readonly httpUrl: string;
  readonly grpc: { readonly host: string; readonly port: number };
}

/** Where the doors will listen, as far as the settings tell; null where a port is still to be picked. */
export function expectedListening({ host, httpPort, grpcPort, tlsCert }: Config): Listening | null {
  if (httpPort === 0 || grpcPort === 0) return null;
  return {
    httpUrl: `${tlsCert === null ? "http" : "https"}://${inUrl(host)}:${httpPort}`,
    grpc: { host, port: grpcPort },
  };
}

/** What `config` and, where settings leave it open, the doors that listen make of a node. */
export function aboutOf(config: Config, listening: Listening | null): MemberAbout {
  const { nodeName, nodeUrl, publicUrl, nodeGrpcAddress } = config;
  const ownUrl =
    listening !== null && isAnywhere(new URL(listening.httpUrl).hostname) ? null : listening?.httpUrl;
  const httpUrl = nodeUrl ?? publicUrl ?? ownUrl ?? null;
  return {
    name: nodeName ?? hostname(),
    peerAddress: peerAddressOf(config),
    httpUrl,
    grpcAddress: nodeGrpcAddress ?? grpcAddressOf(httpUrl, listening),
  };
}

/** Where the other nodes reach this one. Throws `ConfigError` when the settings do not tell. */
export function peerAddressOf({ peerAddress, peerHost, peerPort }: Config): string {
  if (peerAddress !== null) return peerAddress;
  if (isAnywhere(peerHost))
    throw new ConfigError(
      `The other nodes cannot reach this one at ${peerHost}: say at which address they do with LYCEUM_PEER_ADDRESS, such as 10.0.0.5:${peerPort}.`,
    );
  return `${inUrl(peerHost)}:${peerPort}`;
}

/** Whether only this machine can reach the peer port at `address`. */
export function isOwnMachine(address: string): boolean {
  return isLoopback(address.slice(0, address.lastIndexOf(":")).replace(/^\[|\]$/g, ""));
}

/** gRPC listens on the machine of the HTTP door; where it listens on all addresses, the name in the URL is one of them. */
function grpcAddressOf(httpUrl: string | null, listening: Listening | null): string | null {
  if (listening === null) return null;
  const { host, port } = listening.grpc;
  if (!isAnywhere(host)) return `${inUrl(host)}:${port}`;
  return httpUrl === null ? null : `${new URL(httpUrl).hostname}:${port}`;
}

function isAnywhere(host: string): boolean {
  return host === "0.0.0.0" || host === "::" || host === "[::]";
}

function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
