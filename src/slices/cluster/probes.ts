/** The rows of probes: looked up by key on every write and read, so the query is compiled once. */
import { type Parameter, prepared } from "#kernel/prepared.ts";
import type { ClusterTables } from "./tables.ts";

/** At most one row. */
export const probeByKey = prepared<ClusterTables>()((db, p: Parameter<{ key: string }>) =>
  db.selectFrom("cluster_probes").select(["value", "version"]).where("key", "=", p("key")),
);
