/**
 * Access tokens: what a program signs in with. The text is `lyc_`, so that scanners for leaked secrets find it, then a
 * sealed token, then `~` and the end of the id: four characters to recognise it by that are the same whenever it is
 * minted, although the seal differs each time.
 */
import type { Selectable } from "kysely";
import type { CommandContext } from "#kernel/operation.ts";
import type { TokenSealer } from "#kernel/services.ts";
import { accessTokenRevoked } from "./events.ts";
import type { AccessToken } from "./schema.ts";
import type { AccessTokensTable, IdentityTables } from "./tables.ts";

const prefix = "lyc_";

/** The last four characters of the token with this id. */
export function lastFourOf(id: string): string {
  return id.slice(-4);
}

/** The token's text. */
export async function sealAccessToken(tokens: TokenSealer, { id, expiresAt }: AccessToken): Promise<string> {
  return `${prefix}${await tokens.seal("access-token", { sid: id, until: expiresAt }, expiresAt)}~${lastFourOf(id)}`;
}

/** Whether `text` wants to be an access token. */
export function looksLikeAccessToken(text: string): boolean {
  return text.startsWith(prefix);
}

/** The sealed part of an access token and its four last characters. */
export function splitAccessToken(text: string): { readonly sealed: string; readonly lastFour: string } {
  const cut = text.lastIndexOf("~");
  return { sealed: text.slice(prefix.length, cut), lastFour: text.slice(cut + 1) };
}

/** The row as its owner sees it. */
export function accessTokenOfRow(row: Selectable<AccessTokensTable>): AccessToken {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    lastFour: row.last_four,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    seenAt: row.seen_at,
  };
}

/** Ends the access tokens of `personId`; gives how many. */
export async function revokeAccessTokensOf(
  { tx, now, emit }: Pick<CommandContext<IdentityTables, unknown, unknown>, "tx" | "now" | "emit">,
  personId: string,
): Promise<number> {
  const revoked = await tx
    .updateTable("access_tokens")
    .set({ revoked_at: now })
    .where("person_id", "=", personId)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .returning("id")
    .execute();
  for (const { id } of revoked) emit(accessTokenRevoked, { accessTokenId: id, personId });
  return revoked.length;
}
