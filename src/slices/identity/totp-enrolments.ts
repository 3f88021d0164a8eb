/** Enrolling an app for codes: a row that waits for its first right code, and the secret that is shown for it. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import type { Services } from "#kernel/services.ts";
import type { Step } from "#kernel/step.ts";
import type { IdentityTables } from "./tables.ts";
import { totpSecret, totpUri } from "./totp.ts";

export const TotpEnrolment = z
  .object({
    enrolmentId: z.string(),
    school: z.string(),
    email: z.string(),
    secret: z.string().meta({ description: "To type into the app, in base32. Shown now and not kept." }),
    uri: z.string().meta({ description: "The same for a QR code: otpauth://totp/…" }),
  })
  .meta({ id: "TotpEnrolment" });

/** A fresh enrolment; one that was begun before and not confirmed goes. */
export async function insertTotpEnrolment(
  { tx, now, newId }: Pick<Step<IdentityTables>, "tx" | "now" | "newId">,
  person: { readonly id: string; readonly email: string },
  school: string,
) {
  await tx
    .deleteFrom("totp_enrolments")
    .where("person_id", "=", person.id)
    .where("confirmed_at", "is", null)
    .execute();
  const id = newId();
  await tx
    .insertInto("totp_enrolments")
    .values({ id, person_id: person.id, made_at: now, confirmed_at: null, last_step: 0 })
    .execute();
  return { enrolmentId: id, school, email: person.email };
}

/** Turns the codes of an app on, in place of an older app's. Refuses where the enrolment is gone or was begun anew. */
export async function confirmTotpEnrolment(
  tx: Kysely<IdentityTables>,
  { enrolmentId, personId, step }: { enrolmentId: string; personId: string; step: number },
  now: number,
): Promise<void> {
  const confirmed = await tx
    .updateTable("totp_enrolments")
    .set({ confirmed_at: now, last_step: step })
    .where("id", "=", enrolmentId)
    .where("person_id", "=", personId)
    .where("confirmed_at", "is", null)
    .returning("id")
    .execute();
  if (confirmed.length === 0) throw enrolmentEnded();
  await tx
    .deleteFrom("totp_enrolments")
    .where("person_id", "=", personId)
    .where("id", "!=", enrolmentId)
    .execute();
}

export const enrolmentRefusals = { enrolment_ended: "failed_precondition" } as const;

export function enrolmentEnded(): Refusal {
  return new Refusal(
    "enrolment_ended",
    "This set-up was done already, or begun anew elsewhere. Begin it again.",
  );
}

interface Mint {
  readonly output: { readonly enrolmentId: string; readonly school: string; readonly email: string };
  readonly services: Pick<Services, "tokens">;
}

export const totpSecrets = {
  secret: async ({ output, services }: Mint) => totpSecret(services.tokens, output.enrolmentId),
  uri: async ({ output, services }: Mint) =>
    totpUri(services.tokens, { id: output.enrolmentId, school: output.school, email: output.email }),
};
