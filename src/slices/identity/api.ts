/** What other slices and the composition root may use of identity. */

import { MailRefused } from "#engines/mail/port.ts";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Person as Viewer } from "#kernel/actor.ts";
import { FinalFailure } from "#kernel/job.ts";
import type { Services, TokenSealer } from "#kernel/services.ts";
import type { Step } from "#kernel/step.ts";
import { postMail } from "./mails.ts";
import { foldEmail } from "./names.ts";
import { findPerson, peopleWhere, personIdOfEmail } from "./people.ts";
import type { Person } from "./schema.ts";
import { findSchool, schoolId, sealSetUp } from "./school.ts";
import type { IdentityTables } from "./tables.ts";
import { beginPreview, beginView } from "./views.ts";

export { actorOfPerson, actorOfSession, createAuthenticator } from "./authenticator.ts";
export { erasedLineReason } from "./erase-import-row.ts";
export { type FoundPerson, peopleByEmails, peoplePageOf } from "./found-people.ts";
export { nameInCells, personColumns } from "./import-file.ts";
export { importBytesMax, importRetentionMs, importRowsMax, needsConfirmation } from "./import-limits.ts";
export { ImportInvitations, invitationLinksCsv, invitationsPerCallMax } from "./invitation-list.ts";
export { cleanName, foldEmail, foldText, nameKey } from "./names.ts";
export { inviteAgain, inviteNewcomer } from "./newcomers.ts";
export { signedInThemselves } from "./policy.ts";
export type { Person, TaughtCourse } from "./schema.ts";
export { emailField, nameField } from "./schema.ts";
export { BegunView, viewRefusals } from "./views.ts";

/** So many ids go into one query. */
const idsPerQuery = 500;

/** The person with this id, active or not; null when there is none. */
export function personById(database: Database, id: string): Promise<Person | null> {
  return findPerson(tablesOf<IdentityTables>(database), id);
}

/** Those of `ids` that there are, by id. */
export async function peopleByIds(
  database: Database,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Person>> {
  const db = tablesOf<IdentityTables>(database);
  const unique = [...new Set(ids)];
  const found = new Map<string, Person>();
  for (let start = 0; start < unique.length; start += idsPerQuery)
    for (const person of await peopleWhere(db, unique.slice(start, start + idsPerQuery)))
      found.set(person.id, person);
  return found;
}

/** The person with this address, however it is spelt, also where it was a merged account's; null when there is none. */
export async function personByEmail(database: Database, email: string): Promise<Person | null> {
  const db = tablesOf<IdentityTables>(database);
  const id = await personIdOfEmail(db, foldEmail(email));
  return id === null ? null : findPerson(db, id);
}

export interface SchoolSettings {
  readonly name: string;
  /** Whether instructors, beside admins, may create courses. */
  readonly instructorsCreateCourses: boolean;
  readonly isDemo: boolean;
  /** What courses go by unless they say otherwise: the name of a zone in the IANA's database. */
  readonly timeZone: string;
}

/** The school's settings; null before the set-up. */
export async function schoolSettings(database: Database): Promise<SchoolSettings | null> {
  const school = await findSchool(database);
  if (school === null) return null;
  return {
    name: school.name,
    instructorsCreateCourses: school.instructors_create_courses === 1,
    isDemo: school.demo === 1,
    timeZone: school.time_zone,
  };
}

/** The token with which the first admin sets the school up; for the link that the server prints until then. */
export function setUpToken(tokens: TokenSealer, now: number): Promise<string> {
  return sealSetUp(tokens, now);
}

/** Marks the school as a demo, whose sign-in page names these people's accounts. In a command's transaction. */
export async function markAsDemo(database: Database, personIds: readonly string[]): Promise<void> {
  const db = tablesOf<IdentityTables>(database);
  await db.updateTable("school").set({ demo: 1 }).where("id", "=", schoolId).execute();
  for (const id of personIds) await db.updateTable("people").set({ demo: 1 }).where("id", "=", id).execute();
}

/** What `mailPerson` needs: a command's context and a step of background work both have it. */
export type MailingStep = Pick<Step<never>, "now" | "newId" | "enqueue"> & { readonly tx: Database };

/**
 * Mails `text` to a person, in the transaction that wants it, once for each `key`. For words without secrets: they
 * stay in a row until they are sent. What holds a link that lets somebody in goes by `sendToPerson`.
 */
export async function mailPerson(
  { tx, ...step }: MailingStep,
  {
    personId,
    key,
    subject,
    text,
  }: { readonly personId: string; readonly key: string; readonly subject: string; readonly text: string },
): Promise<void> {
  const mail = { personId, key, kind: "message", subject, body: text } as const;
  await postMail({ ...step, tx: tablesOf<IdentityTables>(tx) }, mail);
}

/**
 * Sends a mail at once, for a slice's own job, which words it and mints its links as it runs. `key` is the same at each
 * attempt. A refusal for good ends the job.
 */
export async function sendToPerson(
  { mailer }: Pick<Services, "mailer">,
  person: Pick<Person, "name" | "email">,
  {
    key,
    ...mail
  }: {
    readonly key: string;
    readonly subject: string;
    readonly text: string;
    readonly html?: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Promise<void> {
  try {
    await mailer.send({
      ...mail,
      to: person.email,
      toName: person.name,
      messageId: `${key}@${mailer.domain}`,
    });
  } catch (error) {
    throw error instanceof MailRefused ? new FinalFailure(error.message, { cause: error }) : error;
  }
}

/** The time zone by which each of these people lives, by id: their own where they have said so, or the school's. */
export async function timeZonesOf(
  database: Database,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const school = await schoolSettings(database);
  const own = new Map<string, string>();
  for (let start = 0; start < personIds.length; start += idsPerQuery) {
    const rows = await tablesOf<IdentityTables>(database)
      .selectFrom("person_time_zones")
      .selectAll()
      .where("person_id", "in", personIds.slice(start, start + idsPerQuery))
      .execute();
    for (const row of rows) own.set(row.person_id, row.time_zone);
  }
  return new Map(personIds.map((id) => [id, own.get(id) ?? school?.timeZone ?? "UTC"]));
}

/** Lets the session of `viewer` look at a course as a student would; the caller's policy has agreed. Gives its end. */
export function beginCoursePreview(
  database: Database,
  viewer: Viewer,
  wish: { readonly courseId: string; readonly now: number },
): Promise<number> {
  return beginPreview(tablesOf<IdentityTables>(database), viewer, wish);
}

/** Lets the session of `viewer` look as somebody else in one course; the caller's policy has agreed. Gives its end. */
export function beginCourseView(
  database: Database,
  viewer: Viewer,
  wish: { readonly personId: string; readonly courseId: string; readonly now: number },
): Promise<number> {
  return beginView(tablesOf<IdentityTables>(database), viewer, wish);
}

/**
 * What everybody is sorted by and searched in: a query to join, for lists in pages. Who asks gives out nobody but those
 * whom its own rows name.
 */
export function namesQuery(database: Database) {
  return tablesOf<IdentityTables>(database)
    .selectFrom("people")
    .select(["id as personId", "id as shownId", "name_key as nameKey", "search_key as searchKey"]);
}
