/** The permission with which one machine joins. */
import { z } from "zod";
import { encodeJoinToken, hashJoinSecret } from "#engines/peer/join-token.ts";
import { Refusal } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { groupOf, groupRefusals } from "./group.ts";
import { secretOf } from "./join-tokens.ts";
import { tokenLifetimeMsDefault, tokenLifetimeMsMax, tokenLifetimeMsMin, tokensOpenMax } from "./schema.ts";
import { operation } from "./tables.ts";

const idBytes = 16;

/** The token is never stored: it is made from its id and the school's master key, again for a replay. */
export const createJoinToken = operation({
  name: "cluster.createJoinToken",
  summary:
    "Makes a token with which one machine joins the cluster, once, within an hour unless said otherwise.",
  kind: "command",
  input: z.strictObject({
    lifetimeMs: z
      .int()
      .min(tokenLifetimeMsMin)
      .max(tokenLifetimeMsMax)
      .default(tokenLifetimeMsDefault)
      .meta({ description: "For how long it may be used." }),
  }),
  output: z.object({
    tokenId: z.string(),
    expiresAt: z.int().nonnegative(),
    token: z
      .string()
      .meta({ description: "For lyceum cluster join on the new machine. Whoever has it gets in." }),
  }),
  policy: hasRole("admin"),
  refusals: { ...groupRefusals, too_many_tokens: "failed_precondition" },
  examples: [{ summary: "For the next hour", input: {} }],
  async prepare({ services, random }) {
    groupOf(services);
    const tokenId = Buffer.from(random(idBytes)).toString("hex");
    return { tokenId, secretHash: hashJoinSecret(secretOf(services.tokens, tokenId)) };
  },
  async handle({ input, facts, tx, now }) {
    await tx
      .deleteFrom("cluster_join_tokens")
      .where("expires_at", "<", now)
      .where("used_by", "is", null)
      .execute();
    const open = await tx
      .selectFrom("cluster_join_tokens")
      .select("id")
      .where("used_by", "is", null)
      .limit(tokensOpenMax)
      .execute();
    if (open.length === tokensOpenMax)
      throw new Refusal(
        "too_many_tokens",
        `There are ${tokensOpenMax} tokens that nobody has used yet. Use one of them, or wait until they expire.`,
      );
    const { tokenId, secretHash } = facts;
    const expiresAt = now + input.lifetimeMs;
    await tx
      .insertInto("cluster_join_tokens")
      .values({ id: tokenId, secret_hash: secretHash, created_at: now, expires_at: expiresAt })
      .execute();
    return { tokenId, expiresAt };
  },
  secrets: {
    async token({ output, services }) {
      const { cluster, admission } = groupOf(services);
      const { selfId, nodes } = cluster.view();
      // The node that made it first: it was just there.
      const ordered = nodes.toSorted((a, b) => Number(b.id === selfId) - Number(a.id === selfId));
      return encodeJoinToken({
        addresses: ordered.map(({ about }) => about.peerAddress),
        fingerprint: admission.fingerprint,
        secret: secretOf(services.tokens, output.tokenId),
      });
    },
  },
});
