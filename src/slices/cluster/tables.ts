/** The rows that the cluster slice owns. Who belongs to the cluster is not among them: that is in the log itself. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";

/** Small values that anybody with the right to can write and read, to see what the store promises. */
export interface ClusterProbesTable {
  key: string;
  value: string;
  /** 1 for the first value of the key, one more for each that follows. */
  version: number;
  written_at: number;
}

/** One-time permissions to join; the token itself is nowhere. */
export interface ClusterJoinTokensTable {
  id: string;
  /** SHA-256 of the token's secret. */
  secret_hash: string;
  created_at: number;
  expires_at: number;
  /** The key that used it: from then on it serves that key only, so that a join that died halfway can be repeated. */
  used_by: string | null;
  used_at: number | null;
  /** The node that came of it, and what it said of itself. */
  node_id: string | null;
  node_label: string | null;
  peer_at: string | null;
  http_url: string | null;
  grpc_at: string | null;
}

/** The key of the cluster's own authority, sealed under the master key. */
export interface ClusterAuthorityTable {
  id: number;
  sealed: string;
}

export interface ClusterTables {
  cluster_probes: ClusterProbesTable;
  cluster_join_tokens: ClusterJoinTokensTable;
  cluster_authority: ClusterAuthorityTable;
}

/** Every table, with the columns that hold personal data: none does. */
export const clusterTables: Readonly<Record<keyof ClusterTables, TableFacts>> = {
  cluster_probes: { personal: [] },
  cluster_join_tokens: { personal: [] },
  cluster_authority: { personal: [] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<ClusterTables>();
