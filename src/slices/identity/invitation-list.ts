/** Invitations of many people at once, as links to hand over: for schools that send no mail. */
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import type { Services } from "#kernel/services.ts";
import type { Step } from "#kernel/step.ts";
import { insertInvitation, invitationLink } from "./invitations.ts";
import type { IdentityTables } from "./tables.ts";

/** Invitations that one command makes: each costs two rows. */
export const invitationsPerCallMax = 200;

export const InvitedPerson = z
  .object({ id: z.string(), personId: z.string(), name: z.string(), email: z.string(), expiresAt: z.int() })
  .meta({ id: "InvitedByImport" });
export type InvitedPerson = z.output<typeof InvitedPerson>;

/** What is given to whoever hands the links over. */
export const ImportInvitations = z
  .object({
    invited: z.array(InvitedPerson),
    nextCursor: z.string().nullable(),
    csv: z.string().meta({ description: "name, email, link, valid until. Shown now and not kept." }),
  })
  .meta({ id: "ImportInvitations" });

/** Fresh invitations for these people; links that they were given before stop working. */
export async function inviteEach(
  { tx, now, newId }: Pick<Step<IdentityTables>, "tx" | "now" | "newId">,
  people: readonly { readonly id: string; readonly name: string; readonly email: string }[],
): Promise<InvitedPerson[]> {
  const invited: InvitedPerson[] = [];
  for (const { id: personId, name, email } of people) {
    const invitation = await insertInvitation(tx, { id: newId(), personId, now });
    invited.push({ ...invitation, name, email });
  }
  return invited;
}

/** Name, address, link and last day of each, as CSV. */
export async function invitationLinksCsv(
  invited: readonly InvitedPerson[],
  services: Services,
): Promise<string> {
  const lines: string[][] = [];
  for (const invitation of invited) {
    const link = await invitationLink({ invitation }, services);
    const until = new Date(invitation.expiresAt).toISOString().slice(0, 10);
    lines.push([invitation.name, invitation.email, link, until]);
  }
  return stringify(lines, { escape_formulas: true, record_delimiter: "windows" });
}
