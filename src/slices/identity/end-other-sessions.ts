/** Signing out everywhere but here: the phone that was lost, the computer room of last week. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { signedInThemselves } from "./policy.ts";
import { revokeSessionsOf } from "./sessions.ts";
import { operation } from "./tables.ts";

/** Ends all of one's sessions but the one that asks. Programs with access tokens go on: they are revoked one by one. */
export const endOtherSessions = operation({
  name: "identity.endOtherSessions",
  summary: "Ends all your other sessions at once; the one that asks goes on.",
  kind: "command",
  input: z.strictObject({}),
  output: z.object({ sessionsEnded: z.int() }).meta({ id: "EndedOtherSessions" }),
  policy: signedInThemselves,
  examples: [{ summary: "Stay signed in here only", input: {} }],
  async handle(context) {
    const { personId, sessionId } = personOf(context.actor);
    return { sessionsEnded: await revokeSessionsOf(context, personId, sessionId) };
  },
});
