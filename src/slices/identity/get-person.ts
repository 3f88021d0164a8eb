/** One person, for the school's admins. */
import { z } from "zod";
import { hasRole } from "#kernel/policy.ts";
import { personDetails } from "./person-details.ts";
import { idField, PersonDetails } from "./schema.ts";
import { operation } from "./tables.ts";

export const getPerson = operation({
  name: "identity.getPerson",
  summary: "Gives a person with what an admin needs to help them: sessions, invitation, mails.",
  kind: "read",
  input: z.strictObject({ personId: idField }),
  output: PersonDetails,
  policy: hasRole("admin"),
  async handle({ input, db, now }) {
    return personDetails(db, input.personId, now);
  },
});
