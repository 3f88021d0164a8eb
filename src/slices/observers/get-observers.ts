/** Who observes a student. */
import { z } from "zod";
import { denyNotFound, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { personById } from "#slices/identity/api.ts";
import { nameLinks } from "./links.ts";
import { seesLinks } from "./policy.ts";
import { Observers, observersMax, pairingCodesMax, personIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Few enough that they come at once. */
export const getObservers = operation({
  name: "observers.getObservers",
  summary: "Shows who observes you, or a student, and the pairing codes that wait to be used.",
  kind: "read",
  input: z.strictObject({
    personId: personIdField
      .optional()
      .meta({ description: "The student; absent: you. Others are for admins to ask about." }),
  }),
  output: Observers,
  policy: seesLinks,
  underView: "closed",
  async handle({ input, actor, db, now }) {
    const personId = input.personId ?? personOf(actor).personId;
    const person = await personById(db, personId);
    if (person === null) throw refusalOfDecision(denyNotFound("person"));
    const rows = await db
      .selectFrom("observer_links")
      .selectAll()
      .where("student_id", "=", personId)
      .orderBy("id", "desc")
      // A merge of two accounts may bring more than one may have otherwise.
      .limit(2 * observersMax)
      .execute();
    const codes = await db
      .selectFrom("pairing_codes")
      .select(["id", "made_at", "expires_at"])
      .where("student_id", "=", personId)
      .where("expires_at", ">", now)
      .orderBy("id", "desc")
      .limit(pairingCodesMax)
      .execute();
    return {
      student: { personId, name: person.name },
      observers: await nameLinks(db, rows),
      pairingCodes: codes.map((row) => ({
        pairingCodeId: row.id,
        madeAt: row.made_at,
        expiresAt: row.expires_at,
      })),
    };
  },
});
