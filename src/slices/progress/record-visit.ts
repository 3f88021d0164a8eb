/** That somebody looked at their Today: apart from the look itself, so that no read writes. */
import { z } from "zod";
import { personOf, signedIn } from "#kernel/policy.ts";
import { operation } from "./tables.ts";
import { isNewVisit, newsSince } from "./visits.ts";

/** Keeps a visit. Within one, nothing changes: what is new stays so until one comes back later. */
export const recordVisit = operation({
  name: "progress.recordVisit",
  summary: "Keeps that you have looked at your Today: what comes from then on is new the next time.",
  kind: "command",
  input: z.strictObject({}),
  output: z
    .object({
      newsSince: z.int().meta({ description: "Since when things are new to you; milliseconds UTC." }),
    })
    .meta({ id: "TodayVisit" }),
  policy: signedIn,
  async handle({ actor, tx, now }) {
    const { personId } = personOf(actor);
    const last = await tx
      .selectFrom("today_visits")
      .select(["since_at", "seen_at"])
      .where("person_id", "=", personId)
      .executeTakeFirst();
    if (!isNewVisit(last, now)) return { newsSince: newsSince(last, now) };
    const visit = { since_at: last?.seen_at ?? null, seen_at: now };
    await tx
      .insertInto("today_visits")
      .values({ person_id: personId, ...visit })
      .onConflict((conflict) => conflict.column("person_id").doUpdateSet(visit))
      .execute();
    return { newsSince: newsSince(visit, now) };
  },
});
