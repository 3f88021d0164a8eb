/** The cluster knows machines, no people. */
import { personLifeFor } from "#kernel/person-life.ts";
import type { ClusterTables } from "./tables.ts";

export const clusterPerson = personLifeFor<ClusterTables>()({
  tables: { cluster_probes: "nobody", cluster_join_tokens: "nobody", cluster_authority: "nobody" },
});
