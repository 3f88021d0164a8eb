/** The link at the foot of each mail: whoever has the mail may end its like, and do nothing else. */
import { z } from "zod";
import type { TokenSealer } from "#kernel/services.ts";
import { NoticeKind } from "./schema.ts";

const purpose = "notices.unsubscribe";
/** People find old mails. */
const validMs = 365 * 24 * 3_600_000;

const Claims = z.strictObject({ personId: z.string(), kinds: z.array(NoticeKind) });
export type UnsubscribeClaims = z.output<typeof Claims>;

export function sealUnsubscribe(
  tokens: TokenSealer,
  claims: UnsubscribeClaims,
  now: number,
): Promise<string> {
  return tokens.seal(purpose, claims, now + validMs);
}

/** What the token says; null when it is forged, of another purpose or too old. */
export async function openUnsubscribe(
  tokens: TokenSealer,
  token: string,
  now: number,
): Promise<UnsubscribeClaims | null> {
  const claims = Claims.safeParse(await tokens.open(purpose, token, now));
  return claims.success ? claims.data : null;
}
