/** What the composition root may use of the cluster slice; nothing else of this folder is its business. */
import { type JoinAnswer, type JoinRefusalCode, JoinRefused, type JoinRequest } from "#engines/peer/port.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import { Refusal } from "#kernel/errors.ts";
import type { Kernel } from "#kernel/kernel.ts";
import type { ClusterTables } from "./tables.ts";

const actor = { kind: "system", name: "cluster" } as const;

/** What a refusal of ours is to a newcomer. */
const codes: Readonly<Record<string, JoinRefusalCode>> = {
  token_unknown: "token_unknown",
  token_expired: "token_expired",
  token_used: "token_used",
  version_too_old: "version_too_old",
  invalid_request: "invalid_request",
  invalid_input: "invalid_request",
};

/**
 * Answers a newcomer: checks its token, certifies its key and makes it a member. Whichever node was asked, the one that
 * leads does it; asked again by the same machine it gives the same answer. Throws `JoinRefused`, or what means "again".
 */
export async function admit(kernel: Pick<Kernel, "callAs">, request: JoinRequest): Promise<JoinAnswer> {
  try {
    const { output } = await kernel.callAs(actor, "cluster.admitNode", { ...request });
    const answer = output as unknown as JoinAnswer;
    await kernel.callAs(actor, "cluster.addNode", { nodeId: answer.nodeId });
    return answer;
  } catch (error) {
    if (error instanceof Refusal)
      throw new JoinRefused(codes[error.code] ?? "invalid_request", error.message);
    throw error;
  }
}

/** Keeps the sealed key of the cluster's authority, for every node that may come to certify another. */
export async function keepAuthority(kernel: Pick<Kernel, "callAs">, sealed: string): Promise<void> {
  await kernel.callAs(actor, "cluster.keepAuthority", { sealed });
}

/** The sealed key of the authority as this node's store has it; null where there is none, or not yet. */
export async function sealedAuthorityIn(store: Pick<Store, "read">): Promise<string | null> {
  const { value } = await store.read((database) =>
    tablesOf<ClusterTables>(database).selectFrom("cluster_authority").select("sealed").executeTakeFirst(),
  );
  return value?.sealed ?? null;
}
