/** Withdrawing a code that nobody has used. */
import { z } from "zod";
import { idField } from "#slices/courses/api.ts";
import { withdrawsPairingCode } from "./policy.ts";
import { operation } from "./tables.ts";

/** Nobody comes to observe the student by it from then on. */
export const revokePairingCode = operation({
  name: "observers.revokePairingCode",
  summary: "Withdraws a pairing code that was not used yet.",
  kind: "command",
  input: z.strictObject({ pairingCodeId: idField("the pairing code") }),
  output: z.object({ pairingCodeId: z.string() }).meta({ id: "RevokedPairingCode" }),
  policy: withdrawsPairingCode,
  async handle({ input, tx }) {
    await tx.deleteFrom("pairing_codes").where("id", "=", input.pairingCodeId).execute();
    return { pairingCodeId: input.pairingCodeId };
  },
});
