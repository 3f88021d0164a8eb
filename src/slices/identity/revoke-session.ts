/** Ending a session from elsewhere: the laptop that was left in the library. */
import { z } from "zod";
import { denyNotFound, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { sessionRevoked } from "./events.ts";
import { signedInThemselves } from "./policy.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Ends one of one's own sessions; other people's are not there. Ending an ended one is harmless. */
export const revokeSession = operation({
  name: "identity.revokeSession",
  summary: "Ends one of your sessions at once.",
  kind: "command",
  input: z.strictObject({ sessionId: idField }),
  output: z.object({}),
  policy: signedInThemselves,
  async handle({ input, actor, tx, now, emit }) {
    const { personId } = personOf(actor);
    const row = await tx
      .selectFrom("sessions")
      .select("revoked_at")
      .where("id", "=", input.sessionId)
      .where("person_id", "=", personId)
      .executeTakeFirst();
    if (row === undefined) throw refusalOfDecision(denyNotFound("session"));
    if (row.revoked_at !== null) return {};
    await tx.updateTable("sessions").set({ revoked_at: now }).where("id", "=", input.sessionId).execute();
    emit(sessionRevoked, { sessionId: input.sessionId, personId });
    return {};
  },
});
