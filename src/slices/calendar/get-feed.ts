/** Whether one's calendar has an address. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { ownsCalendar } from "./policy.ts";
import { operation } from "./tables.ts";

/** Says since when the calendar has its address; the address itself is given by `openFeed` only. */
export const getFeed = operation({
  name: "calendar.getFeed",
  summary: "Says whether your calendar has a private address, and since when.",
  kind: "read",
  input: z.strictObject({}),
  output: z.object({
    createdAt: z.int().nullable().meta({ description: "Milliseconds UTC; null without one." }),
  }),
  policy: ownsCalendar,
  underView: "closed",
  async handle({ actor, db }) {
    const row = await db
      .selectFrom("calendar_feeds")
      .select("created_at")
      .where("person_id", "=", personOf(actor).personId)
      .executeTakeFirst();
    return { createdAt: row?.created_at ?? null };
  },
});
