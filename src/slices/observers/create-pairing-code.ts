/** A student's code, by which one person may observe them. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { newPairingCode, pairingCodeOf } from "./pairing-code.ts";
import { pairsThemselves } from "./policy.ts";
import { PairingCode, pairingCodeMs, pairingCodesMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Makes a code that works once, within a week. Codes that have expired make room. */
export const createPairingCode = operation({
  name: "observers.createPairingCode",
  summary:
    "Makes a code that you give to a parent, tutor or adviser: whoever uses it sees how you are doing.",
  kind: "command",
  input: z.strictObject({}),
  output: z
    .object({
      pairingCode: PairingCode,
      secretId: z.string(),
      code: z.string().meta({ description: "The code itself, like ABCDE-23456. Nobody can show it again." }),
    })
    .meta({ id: "CreatedPairingCode" }),
  policy: pairsThemselves,
  refusals: { too_many_pairing_codes: "failed_precondition" },
  examples: [{ summary: "A code for my mother", input: {} }],
  prepare: async ({ random, services }) => newPairingCode(services.tokens, random),
  async handle({ actor, tx, now, newId, facts }) {
    const { personId } = personOf(actor);
    await tx
      .deleteFrom("pairing_codes")
      .where("student_id", "=", personId)
      .where("expires_at", "<=", now)
      .execute();
    const open = await tx
      .selectFrom("pairing_codes")
      .select("id")
      .where("student_id", "=", personId)
      .execute();
    if (open.length >= pairingCodesMax)
      throw new Refusal(
        "too_many_pairing_codes",
        `Up to ${pairingCodesMax} codes can wait to be used. Withdraw one that you do not need.`,
      );
    const row = { id: newId(), made_at: now, expires_at: now + pairingCodeMs };
    const secret = { secret_id: facts.secretId, code_hash: facts.codeHash };
    await tx
      .insertInto("pairing_codes")
      .values({ ...row, ...secret, student_id: personId })
      .execute();
    return {
      pairingCode: { pairingCodeId: row.id, madeAt: now, expiresAt: row.expires_at },
      secretId: facts.secretId,
    };
  },
  secrets: { code: async ({ output, services }) => pairingCodeOf(services.tokens, output.secretId) },
});
