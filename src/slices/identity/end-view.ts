/** Being oneself again. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { signedInThemselves } from "./policy.ts";
import { operation } from "./tables.ts";

/** Ends looking as somebody else; harmless where one does not. */
export const endView = operation({
  name: "identity.endView",
  summary: "Ends looking at the school as somebody else.",
  kind: "command",
  input: z.strictObject({}),
  output: z.object({}),
  policy: signedInThemselves,
  underView: "open",
  examples: [{ summary: "Be yourself again", input: {} }],
  async handle({ actor, tx }) {
    await tx
      .updateTable("sessions")
      .set({ view_person_id: null, view_course_id: null, view_until: null })
      .where("id", "=", personOf(actor).sessionId)
      .execute();
    return {};
  },
});
