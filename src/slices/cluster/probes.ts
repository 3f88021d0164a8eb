/** The rows of probes: looked up and written on every call, so the queries are compiled once. */
import { type Parameter, prepared } from "#kernel/prepared.ts";
import type { ClusterProbesTable, ClusterTables } from "./tables.ts";

/** At most one row. */
export const probeByKey = prepared<ClusterTables>()((db, p: Parameter<{ key: string }>) =>
  db.selectFrom("cluster_probes").select(["value", "version"]).where("key", "=", p("key")),
);

/** Puts the value in the place of the one before. */
export const putProbe = prepared<ClusterTables>()(
  (db, p: Parameter<{ [column in keyof ClusterProbesTable]: ClusterProbesTable[column] }>) =>
    db
      .insertInto("cluster_probes")
      .values({ key: p("key"), value: p("value"), version: p("version"), written_at: p("written_at") })
      .onConflict((conflict) =>
        conflict.column("key").doUpdateSet(({ ref }) => ({
          value: ref("excluded.value"),
          version: ref("excluded.version"),
          written_at: ref("excluded.written_at"),
        })),
      ),
);
