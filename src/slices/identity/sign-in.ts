/** Signing in with everything that the account may do: what the web does. */
import { z } from "zod";
import { anyone } from "#kernel/policy.ts";
import { checkCredentials, confirmCredentials, credentialRefusals } from "./credentials.ts";
import { credentialFields, SignedIn } from "./schema.ts";
import { openSession, signInSecrets } from "./sessions.ts";
import { operation } from "./tables.ts";

/** Opens a session with all rights of the account. */
export const signIn = operation({
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
    return { session: await openSession(context, person.id, "full"), person };
  },
  secrets: signInSecrets,
});
