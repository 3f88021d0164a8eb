/** The clock that somebody lives by. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { timeZoneField } from "#kernel/time-zone-field.ts";
import { signedInPerson } from "./policy.ts";
import { operation } from "./tables.ts";

/** Sets the time zone in which the asker is shown times, and by which their quiet hours go; null for the school's. */
export const setTimeZone = operation({
  name: "identity.setTimeZone",
  summary: "Sets the time zone that you live by.",
  kind: "command",
  input: z.strictObject({
    timeZone: timeZoneField.nullable().meta({
      description: "The name of a time zone, like Europe/Vienna; null for the school's.",
    }),
  }),
  output: z.object({ timeZone: z.string().nullable() }),
  policy: signedInPerson,
  async handle({ input, actor, tx }) {
    const { personId } = personOf(actor);
    const { timeZone } = input;
    if (timeZone === null)
      await tx.deleteFrom("person_time_zones").where("person_id", "=", personId).execute();
    else
      await tx
        .insertInto("person_time_zones")
        .values({ person_id: personId, time_zone: timeZone })
        .onConflict((conflict) => conflict.column("person_id").doUpdateSet({ time_zone: timeZone }))
        .execute();
    return { timeZone };
  },
});
