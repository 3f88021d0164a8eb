/** Staying signed in: a fresh token for the same session. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { signedInThemselves } from "./policy.ts";
import { Session } from "./schema.ts";
import { secondStepDue, secondStepDueRefusal } from "./second-step-due.ts";
import { sealSession, sessionOfRow, sessionTokenMs } from "./sessions.ts";
import { operation } from "./tables.ts";

/**
 * Renews the session of the call, up to its end; tokens given before hold until their own. A session that was opened before the
 * school asked for a second step goes no further without one.
 */
export function renewSessionWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.renewSession",
    summary: "Gives a fresh token for the session; a session can be renewed for 30 days.",
    kind: "command",
    input: z.strictObject({}),
    output: z.object({ session: Session, token: z.string() }).meta({ id: "RenewedSession" }),
    policy: signedInThemselves,
    underView: "open",
    refusals: { second_step_due: "failed_precondition" },
    examples: [{ summary: "Stay signed in", input: {} }],
    async handle({ actor, tx, now }) {
      const row = await tx
        .selectFrom("sessions")
        .selectAll()
        .where("id", "=", personOf(actor).sessionId)
        .executeTakeFirstOrThrow();
      const due = await secondStepDue(tx, row, coursesTaughtBy);
      if (due !== null) throw secondStepDueRefusal(due);
      const renewed = { renewed_at: now, expires_at: Math.min(now + sessionTokenMs, row.ends_at) };
      await tx.updateTable("sessions").set(renewed).where("id", "=", row.id).execute();
      return { session: sessionOfRow({ ...row, ...renewed }) };
    },
    secrets: { token: ({ output, services }) => sealSession(services.tokens, output.session) },
  });
}
