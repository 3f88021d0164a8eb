/** A whole node on free ports, with a school that has been set up and nobody in it but its admin: for the journeys. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setUpToken } from "#slices/identity/api.ts";
import { type Addresses, type Node, openNode } from "../compose.ts";
import { readConfig } from "../config.ts";

export const adminEmail = "rowan@school.test";
/** Everybody's; the people of tests have no secrets. */
export const password = "correct horse battery";

export interface TestNode {
  readonly node: Node;
  readonly addresses: Addresses;
  readonly folder: string;
  /** The token with which the school may be set up. */
  setUpToken(): Promise<string>;
  close(): Promise<void>;
}

export async function openTestNode(): Promise<TestNode> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-node-"));
  const flags = { data: join(folder, "data"), "http-port": "0", "grpc-port": "0" };
  const { config } = readConfig({ flags, environment: {}, file: null });
  const node = await openNode({ config, log: () => {}, webRoot: null });
  const addresses = await node.listen();
  if (addresses === null) throw new Error("a node with the role web listens");
  node.start();
  return {
    node,
    addresses,
    folder,
    setUpToken: () => setUpToken(node.kernel.services.tokens, Date.now()),
    async close() {
      await node.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
