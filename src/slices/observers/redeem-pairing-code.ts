/** Coming to observe a student, with the code that they gave. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { linkRefusals, makeLink } from "./links.ts";
import { pairingCodeHash } from "./pairing-code.ts";
import { pairsThemselves } from "./policy.ts";
import { ObserverLink, pairingAttemptsMax, pairingAttemptsWindowMs } from "./schema.ts";
import { operation } from "./tables.ts";

/** Links whoever asks to the student whose code it is; the code is spent. */
export const redeemPairingCode = operation({
  name: "observers.redeemPairingCode",
  summary: "Links you to a student, with a pairing code of theirs: you see how they are doing.",
  kind: "command",
  input: z.strictObject({
    code: z
      .string()
      .min(1)
      .max(40)
      .meta({ description: "As the student gave it; case, blanks and hyphens do not matter." }),
  }),
  output: ObserverLink,
  policy: pairsThemselves,
  refusals: {
    unknown_pairing_code: "not_found",
    pairing_code_expired: "failed_precondition",
    ...linkRefusals,
  },
  examples: [{ summary: "A code from a daughter", input: { code: "K7WQH-3MXAB" } }],
  /** Slows down guessing: wrong codes are counted for each person, right ones are not. */
  async prepare({ input, actor, now, read, services }) {
    const key = `observers.redeemPairingCode:${personOf(actor).personId}`;
    const limit = { attemptsMax: pairingAttemptsMax, windowMs: pairingAttemptsWindowMs };
    const retryAfterMs = services.limiter.wait(key, limit, now);
    if (retryAfterMs !== null)
      throw new Refusal("rate_limited", "Too many pairing codes were wrong. Wait a little, then try again.", {
        retryAfterMs,
      });
    // Counted before it is looked at, so that a thousand at once are not all let through.
    services.limiter.count(key, now);
    const codeHash = pairingCodeHash(services.tokens, input.code);
    const row = await read((db) =>
      db.selectFrom("pairing_codes").select("id").where("code_hash", "=", codeHash).executeTakeFirst(),
    );
    if (row !== undefined) services.limiter.takeBack(key, now);
    return { codeHash };
  },
  async handle(context) {
    const { actor, tx, now, facts } = context;
    const { personId } = personOf(actor);
    const row = await tx
      .selectFrom("pairing_codes")
      .selectAll()
      .where("code_hash", "=", facts.codeHash)
      .executeTakeFirst();
    if (row === undefined)
      throw new Refusal(
        "unknown_pairing_code",
        "No student has this code. It works once: it may have been used or withdrawn. Ask for another.",
        { kind: "not_found" },
      );
    if (row.expires_at <= now)
      throw new Refusal("pairing_code_expired", "This code has expired. Ask the student for another.");
    const link = await makeLink(context, {
      ...{ observerId: personId, studentId: row.student_id },
      ...{ origin: "pairing_code", by: personId },
    });
    await tx.deleteFrom("pairing_codes").where("id", "=", row.id).execute();
    return link;
  },
});
