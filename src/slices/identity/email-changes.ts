/** New addresses: where the school sends mail, one counts once it was confirmed from there. */
import type { Kysely } from "kysely";
import type { Services } from "#kernel/services.ts";
import { type MailStep, postMail } from "./mails.ts";
import { searchKey } from "./names.ts";
import { emailTaken } from "./people.ts";
import type { EmailChangesTable, IdentityTables } from "./tables.ts";

/** How long a link holds. */
export const emailChangeMs = 7 * 24 * 3_600_000;
const tokenOutlivesMs = 30 * 24 * 3_600_000;

/** Asks the new address whether it is this person's; a change that waited before is withdrawn. */
export async function askAddress(
  step: MailStep,
  {
    personId,
    email,
    askedBy,
  }: { readonly personId: string; readonly email: string; readonly askedBy: string },
): Promise<void> {
  const { tx, now, newId } = step;
  await forgetEmailChange(tx, personId);
  const id = newId();
  const row: EmailChangesTable = {
    ...{ id, person_id: personId, email, asked_by: askedBy },
    ...{ made_at: now, expires_at: now + emailChangeMs, used_at: null },
  };
  await tx.insertInto("email_changes").values(row).execute();
  const key = `confirm address ${id}`;
  await postMail(step, { personId, key, kind: "confirm_address", address: email, aboutId: id });
}

export async function forgetEmailChange(tx: Kysely<IdentityTables>, personId: string): Promise<void> {
  await tx.deleteFrom("email_changes").where("person_id", "=", personId).execute();
}

/** The address that waits to be confirmed, or null. */
export async function pendingEmail(db: Kysely<IdentityTables>, personId: string, now: number) {
  const row = await db
    .selectFrom("email_changes")
    .select("email")
    .where("person_id", "=", personId)
    .where("used_at", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return row?.email ?? null;
}

export async function confirmationLink(
  change: { readonly id: string; readonly expiresAt: number },
  services: Pick<Services, "tokens" | "publicUrl">,
): Promise<string> {
  const token = await services.tokens.seal("address", { cid: change.id }, change.expiresAt + tokenOutlivesMs);
  return `${services.publicUrl()}/confirm-address#${token}`;
}

/** Gives the person the address; refuses with `email_taken` when somebody else has it. The old one is told. */
export async function changeEmail(
  step: MailStep,
  person: { readonly id: string; readonly name: string; readonly email: string },
  email: string,
): Promise<void> {
  const { tx, newId } = step;
  const taken = await tx
    .selectFrom("people")
    .select("id")
    .where("email", "=", email)
    .where("id", "!=", person.id)
    .executeTakeFirst();
  if (taken !== undefined) throw emailTaken();
  await tx
    .updateTable("people")
    .set((each) => ({
      email,
      search_key: searchKey(person.name, email),
      version: each("version", "+", 1),
    }))
    .where("id", "=", person.id)
    .execute();
  const key = `address changed ${newId()}`;
  await postMail(step, { personId: person.id, key, kind: "address_changed", address: person.email });
}
