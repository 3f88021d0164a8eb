/** Signing out. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { sessionRevoked } from "./events.ts";
import { signedInThemselves } from "./policy.ts";
import { operation } from "./tables.ts";

/** Ends the session of the call at once, on every node. */
export const logout = operation({
  name: "identity.logout",
  summary: "Signs out: ends the session at once.",
  kind: "command",
  input: z.strictObject({}),
  output: z.object({}),
  policy: signedInThemselves,
  underView: "open",
  examples: [{ summary: "Sign out", input: {} }],
  async handle({ actor, tx, now, emit }) {
    const { sessionId, view, ...shown } = personOf(actor);
    const personId = view?.viewerId ?? shown.personId;
    await tx.updateTable("sessions").set({ revoked_at: now }).where("id", "=", sessionId).execute();
    emit(sessionRevoked, { sessionId, personId });
    return {};
  },
});
