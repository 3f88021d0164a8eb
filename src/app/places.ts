/** Where things lie in the data folder. */
import { join, resolve } from "node:path";
import type { Config } from "./config.ts";

export type Places = ReturnType<typeof placesOf>;

export function placesOf(config: Config) {
  const data = resolve(config.data);
  const cluster = join(data, "cluster");
  return {
    data,
    store: join(data, "store"),
    blobs: join(data, "blobs"),
    /** Mails, where no SMTP server is set. */
    outbox: join(data, "outbox"),
    /** Derived from the store: whoever deletes it finds it built again. */
    textIndex: join(data, "text-index"),
    masterKey: resolve(config.masterKey ?? join(data, "master.key")),
    /** Who this node is in its cluster, and its proof of it. */
    cluster,
    /** There once the node is a member of a cluster. */
    clusterNote: join(cluster, "node.json"),
    demoPassword: join(data, "demo-password"),
    demoUnfinished: join(data, "demo-unfinished"),
  };
}
