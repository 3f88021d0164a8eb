/** How one signs in: the app, the passkeys, the recovery codes that are left. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { personOf } from "#kernel/policy.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { mustHave } from "./finish-sign-in.ts";
import { findPerson } from "./people.ts";
import { signedInPerson } from "./policy.ts";
import { operation } from "./tables.ts";
import { isTwoStep, secondStepsOf } from "./two-step.ts";

const instant = z.int().nonnegative();

export const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    isSynced: z.boolean().meta({ description: "Whether its maker keeps copies on your other devices." }),
    madeAt: instant,
    usedAt: instant.nullable(),
  })
  .meta({ id: "Passkey" });

/** One's own second steps. */
export function getSignInMethodsWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.getSignInMethods",
    summary: "Gives how you sign in: two-step, app, passkeys, and how many recovery codes are left.",
    kind: "read",
    input: z.strictObject({}),
    output: z
      .object({
        isTwoStep: z.boolean().meta({ description: "Whether signing in takes more than the password." }),
        isRequired: z.boolean().meta({ description: "Whether the school requires that of you." }),
        totpSince: instant
          .nullable()
          .meta({ description: "Since when an app shows codes; null without one." }),
        recoveryCodesLeft: z.int(),
        passkeys: z.array(Passkey),
      })
      .meta({ id: "SignInMethods" }),
    policy: signedInPerson,
    underView: "closed",
    examples: [{ summary: "My second steps", input: {} }],
    async handle({ actor, db }) {
      const { personId } = personOf(actor);
      const person = present(await findPerson(db, personId), "the actor has a row");
      const steps = await secondStepsOf(db, personId);
      const passkeys = await db
        .selectFrom("passkeys")
        .selectAll()
        .where("person_id", "=", personId)
        .orderBy("id")
        .execute();
      return {
        isTwoStep: isTwoStep(steps),
        isRequired: await mustHave(db, person, coursesTaughtBy),
        totpSince: steps.totp?.since ?? null,
        recoveryCodesLeft: steps.recoveryCodesLeft,
        passkeys: passkeys.map((row) => ({
          id: row.id,
          name: row.name,
          isSynced: row.synced === 1,
          madeAt: row.made_at,
          usedAt: row.used_at,
        })),
      };
    },
  });
}
