/** Bringing people into the school for another slice: a course's list names somebody whom nobody knows yet. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Step } from "#kernel/step.ts";
import { personAdded } from "./events.ts";
import { type InvitedPerson, inviteEach } from "./invitation-list.ts";
import { insertInvitation, mailInvitation } from "./invitations.ts";
import { tryInsertPerson } from "./people.ts";
import type { IdentityTables } from "./tables.ts";

type NewcomerStep = Pick<Step<never>, "now" | "newId" | "enqueue" | "emit"> & { readonly tx: Database };

/** Adds a student with an invitation, mailed if wished; null where somebody has the address by now. */
export async function inviteNewcomer(
  { tx, ...step }: NewcomerStep,
  { byMail, ...person }: { readonly name: string; readonly email: string; readonly byMail: boolean },
): Promise<string | null> {
  const own = { ...step, tx: tablesOf<IdentityTables>(tx) };
  const { now, newId, emit } = step;
  const wish = { id: newId(), ...person, roles: ["student"], passwordHash: null } as const;
  const added = await tryInsertPerson(own.tx, wish, now);
  if (added === null) return null;
  const invitation = await insertInvitation(own.tx, { id: newId(), personId: added.id, now });
  if (byMail) await mailInvitation(own, invitation);
  emit(personAdded, { personId: added.id });
  return added.id;
}

/** Fresh invitations for those of these people who have an open account and have not joined yet. */
export async function inviteAgain(
  { tx, now, newId }: Pick<Step<never>, "now" | "newId"> & { readonly tx: Database },
  personIds: readonly string[],
): Promise<InvitedPerson[]> {
  if (personIds.length === 0) return [];
  const db = tablesOf<IdentityTables>(tx);
  const people = await db
    .selectFrom("people")
    .select(["id", "name", "email"])
    .where("id", "in", personIds)
    .where("active", "=", 1)
    .where("password_hash", "is", null)
    .orderBy("name_key")
    .orderBy("id")
    .execute();
  return inviteEach({ tx: db, now, newId }, people);
}
