/** Signing somebody else out everywhere. */
import { z } from "zod";
import { denyNotFound, hasRole, refusalOfDecision } from "#kernel/policy.ts";
import { revokeAccessTokensOf } from "./access-tokens.ts";
import { findPerson } from "./people.ts";
import { idField } from "./schema.ts";
import { revokeSessionsOf } from "./sessions.ts";
import { operation } from "./tables.ts";

/** Ends all that is open under the account; the person can sign in again. */
export const endPersonSessions = operation({
  name: "identity.endPersonSessions",
  summary: "Signs a person out everywhere, programs with their access tokens too.",
  kind: "command",
  input: z.strictObject({ personId: idField }),
  output: z.object({ sessionsEnded: z.int(), accessTokensEnded: z.int() }).meta({ id: "EndedSessions" }),
  policy: hasRole("admin"),
  async handle(context) {
    const { input, tx } = context;
    if ((await findPerson(tx, input.personId)) === null) throw refusalOfDecision(denyNotFound("person"));
    return {
      sessionsEnded: await revokeSessionsOf(context, input.personId, null),
      accessTokensEnded: await revokeAccessTokensOf(context, input.personId),
    };
  },
});
