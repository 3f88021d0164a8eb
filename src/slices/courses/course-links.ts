/**
 * Links by which people come into a course. The secret in a link is derived from an id under the master key, so that it can
 * be shown again, and the store, its backups and its log hold only a hash by which it is found.
 */
import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import type { Services } from "#kernel/services.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import type { CourseLink, CourseLinkState } from "./course-link-schema.ts";
import { courseArchived } from "./policy.ts";
import type { CourseLinksTable, CoursesTables } from "./tables.ts";

type Db = Kysely<CoursesTables>;

const secretIdBytes = 18;
/** Of the 32 derived bytes: 144 bits are beyond guessing, and short enough for a code that is read from a wall. */
const tokenBytes = 18;

/** What a new link is told apart by. */
export function newLinkSecret(
  random: (count: number) => Uint8Array,
  services: Pick<Services, "tokens">,
): { readonly secretId: string; readonly secretHash: string } {
  const secretId = Buffer.from(random(secretIdBytes)).toString("base64url");
  return { secretId, secretHash: hashOf(tokenOf(services, secretId)) };
}

/** The whole link. The secret stands behind `#`, which browsers keep to themselves, so it reaches no log on its way. */
export function addressOfLink(services: Services, secretId: string): string {
  return `${services.publicUrl()}/enrol#${tokenOf(services, secretId)}`;
}

function tokenOf({ tokens }: Pick<Services, "tokens">, secretId: string): string {
  const secret = tokens.secretFor("course link", secretId);
  return Buffer.from(secret.subarray(0, tokenBytes)).toString("base64url");
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

export function stateOfLink(
  link: Pick<CourseLinksTable, "revoked_at" | "expires_at" | "uses" | "uses_max">,
  now: number,
): CourseLinkState {
  if (link.revoked_at !== null) return "revoked";
  if (link.expires_at <= now) return "expired";
  return link.uses_max !== null && link.uses >= link.uses_max ? "used_up" : "open";
}

/** What opening a link and joining by it may be refused with. */
export const linkRefusals = {
  link_invalid: "not_found",
  link_revoked: "failed_precondition",
  link_expired: "failed_precondition",
  link_used_up: "failed_precondition",
  course_not_open: "failed_precondition",
  course_archived: "failed_precondition",
} as const;

const closedWords: Readonly<Record<Exclude<CourseLinkState, "open">, string>> = {
  revoked: "This link was withdrawn. Ask whoever gave it to you for another.",
  expired: "This link has expired. Ask whoever gave it to you for another.",
  used_up: "As many have joined by this link as it was meant for. Ask whoever gave it to you.",
};

/** The link behind a token, or behind the whole link that was pasted, and its course; null for none. */
export async function findLink(db: Db, tokenOrLink: string) {
  const token = tokenOrLink.slice(tokenOrLink.lastIndexOf("#") + 1).trim();
  const link = await db
    .selectFrom("course_links")
    .selectAll()
    .where("secret_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (link === undefined) return null;
  const course = await db
    .selectFrom("courses")
    .selectAll()
    .where("id", "=", link.course_id)
    .executeTakeFirstOrThrow();
  return course.trashed_at !== null || course.staged === 1 ? null : { link, course };
}

/** The link and its course, if somebody may come in by it now; refuses with what is wrong otherwise. */
export async function usableLink(db: Db, tokenOrLink: string, now: number) {
  const found = await findLink(db, tokenOrLink);
  if (found === null)
    throw new Refusal("link_invalid", "This link leads to no course. Ask whoever gave it to you.", {
      kind: "not_found",
    });
  const state = stateOfLink(found.link, now);
  if (state !== "open") throw new Refusal(`link_${state}`, closedWords[state]);
  if (found.course.archived_at !== null) throw courseArchived();
  if (found.course.published === 0)
    throw new Refusal(
      "course_not_open",
      "This course is not open yet. Keep the link, and try it again when your instructor says so.",
    );
  return found;
}

/** The links as the wire names them, in the order given. */
export async function linksOf(db: Db, rows: readonly CourseLinksTable[], now: number): Promise<CourseLink[]> {
  const people = await peopleByIds(
    db,
    rows.map((row) => row.made_by),
  );
  return rows.map((row) => ({
    linkId: row.id,
    courseId: row.course_id,
    label: row.label,
    role: row.role,
    state: stateOfLink(row, now),
    uses: row.uses,
    usesMax: row.uses_max,
    madeBy: people.get(row.made_by)?.name ?? "",
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }));
}
