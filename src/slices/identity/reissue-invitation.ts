/** A new link for someone whose invitation expired, got lost, or who forgot the password. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { denyNotFound, hasRole, refusalOfDecision } from "#kernel/policy.ts";
import { insertInvitation, invitationLink, mailInvitation } from "./invitations.ts";
import { findPerson } from "./people.ts";
import { byMailField, Invitation, idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Makes a new invitation and withdraws the one before. The password stays as it is until the link is used. */
export const reissueInvitation = operation({
  name: "identity.reissueInvitation",
  summary: "Gives a new link by which a person sets their password; links given before stop working.",
  kind: "command",
  input: z.strictObject({ personId: idField, byMail: byMailField }),
  output: z.object({ invitation: Invitation, invitationLink: z.string() }).meta({ id: "ReissuedInvitation" }),
  policy: hasRole("admin"),
  refusals: { person_inactive: "failed_precondition" },
  async handle(context) {
    const { input, tx, now, newId } = context;
    const person = await findPerson(tx, input.personId);
    if (person === null) throw refusalOfDecision(denyNotFound("person"));
    if (!person.active)
      throw new Refusal("person_inactive", "This person is not active. Activate the account first.");
    const invitation = await insertInvitation(tx, { id: newId(), personId: person.id, now });
    if (input.byMail === true) await mailInvitation(context, invitation);
    return { invitation };
  },
  secrets: { invitationLink: ({ output, services }) => invitationLink(output, services) },
});
