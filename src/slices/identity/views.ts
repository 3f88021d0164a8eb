/**
 * Looking at the school as somebody else: a mode of the session, so that every tab of the browser shows the same, and
 * ending it leads back to where one was. It ends by itself.
 */
import type { Kysely } from "kysely";
import { z } from "zod";
import type { Person } from "#kernel/actor.ts";
import { Refusal } from "#kernel/errors.ts";
import { denyForbidden, refusalOfDecision } from "#kernel/policy.ts";
import type { IdentityTables } from "./tables.ts";

export const viewMs = 30 * 60_000;

export const BegunView = z
  .object({ until: z.int().meta({ description: "When it ends by itself." }) })
  .meta({ id: "BegunView" });

export const viewRefusals = {
  not_another_admin: "forbidden",
  already_yourself: "failed_precondition",
} as const;

/** Lets the session of `viewer` look as `personId`, in one course or in all. Whether they may, the caller has decided. */
export async function beginView(
  tx: Kysely<IdentityTables>,
  viewer: Person,
  {
    personId,
    courseId,
    now,
  }: { readonly personId: string; readonly courseId: string | null; readonly now: number },
): Promise<number> {
  if (personId === viewer.personId) throw new Refusal("already_yourself", "This is you already.");
  const roles = await tx
    .selectFrom("person_roles")
    .select("role")
    .where("person_id", "=", personId)
    .execute();
  if (courseId === null && roles.some(({ role }) => role === "admin"))
    throw new Refusal("not_another_admin", "Nobody looks at the school as another admin.", {
      kind: "forbidden",
    });
  return setView(tx, viewer, { personId, courseId, now });
}

/** Lets the session of `viewer` look at a course as a student who is nobody in particular. */
export function beginPreview(
  tx: Kysely<IdentityTables>,
  viewer: Person,
  { courseId, now }: { readonly courseId: string; readonly now: number },
): Promise<number> {
  return setView(tx, viewer, { personId: null, courseId, now });
}

async function setView(
  tx: Kysely<IdentityTables>,
  viewer: Person,
  {
    personId,
    courseId,
    now,
  }: { readonly personId: string | null; readonly courseId: string | null; readonly now: number },
): Promise<number> {
  const until = now + viewMs;
  const begun = await tx
    .updateTable("sessions")
    .set({ view_person_id: personId, view_course_id: courseId, view_until: until })
    .where("id", "=", viewer.sessionId)
    .returning("id")
    .execute();
  if (begun.length === 0)
    throw refusalOfDecision(denyForbidden("An access token cannot do this: sign in instead."));
  return until;
}
