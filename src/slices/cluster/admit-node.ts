/** Letting a machine in that brought a token: it gets an id, a certificate, and the key that protects the secrets. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { systemOnly } from "#kernel/policy.ts";
import { groupOf, groupRefusals } from "./group.ts";
import { demandToken, nodeIdOf, tokenRefusals } from "./join-tokens.ts";
import { joiningFields, nodeIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The same machine, with the same key, is given the same again: a join may die halfway. */
export const admitNode = operation({
  name: "cluster.admitNode",
  summary: "Lets a machine with a join token in; it becomes a member with cluster.addNode.",
  kind: "command",
  input: z.strictObject(joiningFields),
  output: z.object({
    nodeId: nodeIdField,
    clusterId: z.string(),
    certificate: z.string(),
    authority: z.string(),
    members: z.array(z.object({ id: nodeIdField, peerAddress: z.string() }).meta({ id: "MemberAddress" })),
    masterKey: z.string(),
  }),
  policy: systemOnly,
  refusals: {
    ...groupRefusals,
    ...tokenRefusals,
    version_too_old: "failed_precondition",
    invalid_request: "invalid_input",
  },
  async prepare({ input, services, read, now }) {
    const { cluster, admission } = groupOf(services);
    const keyHash = await admission.keyHashOf(input.certificateRequest);
    if (keyHash === null)
      throw new Refusal("invalid_request", "This is no request for a certificate (PKCS#10, PEM).", {
        kind: "invalid_input",
      });
    const { token, sealed } = await read(async (db) => ({
      token: await demandToken(db, { secret: input.token, keyHash, now }),
      sealed: await db.selectFrom("cluster_authority").select("sealed").executeTakeFirst(),
    }));
    if (input.schemaKnown < services.schemaKnown)
      throw new Refusal(
        "version_too_old",
        "The new machine runs an older version of Lyceum than the cluster. Install the version of the other nodes there first.",
      );
    if (sealed === undefined)
      throw new Refusal(
        "no_cluster",
        "The key of the cluster's authority is missing: restore it from a backup.",
      );
    const nodeId = nodeIdOf(services.tokens, token.id, keyHash);
    const certificate = await admission.issue({
      sealedAuthority: sealed.sealed,
      certificateRequest: input.certificateRequest,
      nodeId,
      now,
    });
    const { clusterId, nodes } = cluster.view();
    const members = nodes.map(({ id, about }) => ({ id, peerAddress: about.peerAddress }));
    return { keyHash, nodeId, answer: { clusterId, certificate, authority: admission.authority, members } };
  },
  async handle({ input, facts, tx, now }) {
    const { keyHash, nodeId, answer } = facts;
    const { id } = await demandToken(tx, { secret: input.token, keyHash, now });
    await tx
      .updateTable("cluster_join_tokens")
      .set({
        used_by: keyHash,
        used_at: now,
        node_id: nodeId,
        node_label: input.name,
        peer_at: input.peerAddress,
        http_url: input.httpUrl,
        grpc_at: input.grpcAddress,
      })
      .where("id", "=", id)
      .execute();
    return { nodeId, ...answer };
  },
  secrets: {
    masterKey: async ({ services }) => groupOf(services).admission.masterKey(),
  },
});
