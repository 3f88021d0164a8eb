/** Signing in as a student, and as nothing else, whatever the account may do besides. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { anyone } from "#kernel/policy.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { checkCredentials, confirmCredentials, credentialRefusals } from "./credentials.ts";
import { finishSignIn, signInSecrets } from "./finish-sign-in.ts";
import { mayOpen } from "./policy.ts";
import { credentialFields, SignedIn } from "./schema.ts";
import { operation } from "./tables.ts";

/** Opens a session with a student's rights only, or asks for the second step; refuses an account that is no student. */
export function studentLoginWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.studentLogin",
    summary: "Signs in with a student's rights only.",
    kind: "command",
    input: z.strictObject(credentialFields),
    output: SignedIn,
    policy: anyone,
    refusals: { ...credentialRefusals, not_a_student: "forbidden" },
    prepare: checkCredentials,
    async handle(context) {
      const person = await confirmCredentials(context.tx, context.facts);
      if (!mayOpen("student", { roles: person.roles, teaches: false }))
        throw new Refusal("not_a_student", "This account is no student's. Use FacultyLogin, or sign in.", {
          kind: "forbidden",
        });
      const { deviceId, party } = context.facts;
      const proved = { person, scope: "student", by: "password", deviceId, party } as const;
      return finishSignIn(context, proved, coursesTaughtBy);
    },
    secrets: signInSecrets,
  });
}
