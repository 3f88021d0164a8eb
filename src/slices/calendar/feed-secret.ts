/**
 * The secret in the address of a person's calendar. It is derived from the feed's id under the master key, so that it can
 * be shown again, and the store, its backups and its log hold only a hash by which it is found.
 */
import { createHash } from "node:crypto";
import type { Services } from "#kernel/services.ts";

const feedIdBytes = 18;

export function newFeedId(random: (count: number) => Uint8Array): string {
  return Buffer.from(random(feedIdBytes)).toString("base64url");
}

/** What stands in the address; 256 bits that nobody without the master key can find. */
export function feedToken(services: Pick<Services, "tokens">, feedId: string): string {
  return services.tokens.fingerprint(`calendar feed: ${feedId}`);
}

export function hashOfToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** The whole address, for a program that subscribes to calendars. */
export function feedLink(services: Services, feedId: string): string {
  return `${services.publicUrl()}/api/v1/calendar/read-feed?token=${feedToken(services, feedId)}`;
}
