/** Leave to fetch what the school keeps of a person: one's own data, or anybody's for an admin. */
import { z } from "zod";
import { denyNotFound, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { findPerson } from "./people.ts";
import { exportsPerson } from "./person-policy.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** How long the archive can be fetched. It is made each time as things are then, so nothing of it lies about. */
export const exportHoldsMs = 24 * 3_600_000;
/** Rows of leave that have ended, cleared away with the next one. */
const endedAtOnce = 100;

/** A command, so that it stands in the audit trail who fetched whose data; `getPersonExport` then gives them. */
export const exportPerson = operation({
  name: "identity.exportPerson",
  summary: "Begins an export of everything that the school keeps of you, or of a person for an admin.",
  kind: "command",
  input: z.strictObject({
    personId: idField.optional().meta({ description: "Whose data, for admins. Absent: your own." }),
  }),
  output: z
    .object({
      exportId: z.string().meta({ description: "Fetch the archive with `getPersonExport`." }),
      personId: z.string().meta({ description: "Whose data; for a merged account the one that was kept." }),
      expiresAt: z.int().meta({ description: "Until when it can be fetched, in milliseconds UTC." }),
    })
    .meta({ id: "PersonExport" }),
  policy: exportsPerson,
  async handle({ input, actor, tx, now, newId }) {
    const by = personOf(actor).personId;
    const person = await findPerson(tx, input.personId ?? by);
    if (person === null) throw refusalOfDecision(denyNotFound("person"));
    // What a merged account held is in the one that was kept.
    const personId = person.mergedIntoId ?? person.id;
    const ended = await tx
      .selectFrom("person_exports")
      .select("id")
      .where("expires_at", "<", now)
      .orderBy("expires_at")
      .limit(endedAtOnce)
      .execute();
    if (ended.length > 0)
      await tx
        .deleteFrom("person_exports")
        .where(
          "id",
          "in",
          ended.map(({ id }) => id),
        )
        .execute();
    const row = {
      id: newId(),
      person_id: personId,
      asked_by: by,
      asked_at: now,
      expires_at: now + exportHoldsMs,
    };
    await tx.insertInto("person_exports").values(row).execute();
    return { exportId: row.id, personId, expiresAt: row.expires_at };
  },
});
