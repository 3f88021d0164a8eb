/** The school's first minute: its name, and the first admin, by the link that the server printed. */
import { z } from "zod";
import { ownTimeZone } from "#base/time-zone.ts";
import { Refusal } from "#kernel/errors.ts";
import { anyone } from "#kernel/policy.ts";
import { timeZoneField } from "#kernel/time-zone-field.ts";
import { schoolSetUp } from "./events.ts";
import { signInSecrets } from "./finish-sign-in.ts";
import { cleanName, foldEmail } from "./names.ts";
import { hashPassword, requireStrong } from "./passwords.ts";
import { insertPerson } from "./people.ts";
import { emailField, nameField, newPasswordField, SignedIn, tokenField } from "./schema.ts";
import { findSchool, schoolId } from "./school.ts";
import { openSession } from "./sessions.ts";
import { operation } from "./tables.ts";

/** Makes the school and its first admin, who is signed in; works once. */
export const setUpSchool = operation({
  name: "identity.setUpSchool",
  summary: "Sets up the school with its first admin, by the one-time link that the server prints.",
  kind: "command",
  input: z.strictObject({
    setUpToken: tokenField.meta({ description: "From the link that the server printed when it started." }),
    schoolName: nameField,
    name: nameField,
    email: emailField,
    password: newPasswordField,
    timeZone: timeZoneField
      .optional()
      .meta({ description: "The school's time zone; the server's own when absent." }),
  }),
  output: SignedIn,
  policy: anyone,
  refusals: {
    set_up_token_invalid: "unauthenticated",
    set_up_done: "failed_precondition",
    weak_password: "invalid_input",
  },
  async prepare({ input, services, now, random }) {
    if ((await services.tokens.open("set-up", input.setUpToken, now)) === null)
      throw new Refusal(
        "set_up_token_invalid",
        "This link does not hold any more. Restart the server: it prints a new one.",
        { kind: "unauthenticated" },
      );
    requireStrong(input.password, foldEmail(input.email));
    return {
      passwordHash: await hashPassword(input.password, random),
      timeZone: input.timeZone ?? ownTimeZone(),
    };
  },
  async handle(context) {
    const { input, tx, facts, now, newId, emit } = context;
    if ((await findSchool(tx)) !== null)
      throw new Refusal("set_up_done", "This school is set up already. Sign in instead.");
    await tx
      .insertInto("school")
      .values({
        id: schoolId,
        name: cleanName(input.schoolName),
        instructors_create_courses: 1,
        demo: 0,
        time_zone: facts.timeZone,
        set_up_at: now,
        version: 1,
        two_step_required_for: "nobody",
      })
      .execute();
    const person = await insertPerson(
      tx,
      {
        id: newId(),
        name: input.name,
        email: input.email,
        roles: ["admin"],
        passwordHash: facts.passwordHash,
      },
      now,
    );
    const session = await openSession(context, person.id, "full");
    emit(schoolSetUp, { personId: person.id });
    return { session, person, secondStep: null };
  },
  secrets: signInSecrets,
});
