/** Tokens to join with, as they are kept: what each is worth at this moment, and for whom. */
import type { Kysely, Selectable } from "kysely";
import { hashJoinSecret } from "#engines/peer/join-token.ts";
import { Refusal } from "#kernel/errors.ts";
import type { TokenSealer } from "#kernel/services.ts";
import type { ClusterJoinTokensTable, ClusterTables } from "./tables.ts";

const nodeIdDigits = 12;

/** Refusals of a token, under the codes that a newcomer understands. */
export const tokenRefusals = {
  token_unknown: "forbidden",
  token_expired: "forbidden",
  token_used: "forbidden",
} as const;

/** The secret part of a token: nobody without the master key makes one, and the store holds only its hash. */
export function secretOf(tokens: Pick<TokenSealer, "fingerprint">, tokenId: string): string {
  return tokens.fingerprint(`join token ${tokenId}`);
}

/** The id of the node that this key becomes with this token: the same however often it asks. */
export function nodeIdOf(tokens: Pick<TokenSealer, "fingerprint">, tokenId: string, keyHash: string): string {
  const text = tokens.fingerprint(`node of ${tokenId} ${keyHash}`);
  return Buffer.from(text, "base64url").toString("hex").slice(0, nodeIdDigits);
}

/** The row of the token with this secret, where it lets in the node with this key now; refuses where it does not. */
export async function demandToken(
  db: Kysely<ClusterTables>,
  { secret, keyHash, now }: { readonly secret: string; readonly keyHash: string; readonly now: number },
): Promise<Selectable<ClusterJoinTokensTable>> {
  const row = await db
    .selectFrom("cluster_join_tokens")
    .selectAll()
    .where("secret_hash", "=", hashJoinSecret(secret))
    .executeTakeFirst();
  const another = "Make another on a node of the cluster with: lyceum cluster token";
  if (row === undefined)
    throw refused("token_unknown", `This cluster knows no such token, or not any more. ${another}`);
  if (row.used_by !== null && row.used_by !== keyHash)
    throw refused("token_used", `This token has let in another machine already. ${another}`);
  if (row.expires_at <= now) throw refused("token_expired", `This token has expired. ${another}`);
  return row;
}

function refused(code: keyof typeof tokenRefusals, message: string): Refusal {
  return new Refusal(code, message, { kind: tokenRefusals[code] });
}
