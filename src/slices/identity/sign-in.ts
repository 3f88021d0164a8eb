/** Signing in with everything that the account may do: what the web does. */
import { z } from "zod";
import { anyone } from "#kernel/policy.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { checkCredentials, confirmCredentials, credentialRefusals } from "./credentials.ts";
import { finishSignIn, signInSecrets } from "./finish-sign-in.ts";
import { credentialFields, SignedIn } from "./schema.ts";
import { operation } from "./tables.ts";

/** Opens a session with all rights of the account, or asks for the second step. */
export function signInWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.signIn",
    summary: "Signs in with all that the account may do.",
    kind: "command",
    input: z.strictObject(credentialFields),
    output: SignedIn,
    policy: anyone,
    refusals: credentialRefusals,
    examples: [
      { summary: "Sign in", input: { email: "ada@school.example", password: "four unlikely words here" } },
    ],
    prepare: checkCredentials,
    async handle(context) {
      const person = await confirmCredentials(context.tx, context.facts);
      const { deviceId, party } = context.facts;
      return finishSignIn(
        context,
        { person, scope: "full", by: "password", deviceId, party },
        coursesTaughtBy,
      );
    },
    secrets: signInSecrets,
  });
}
