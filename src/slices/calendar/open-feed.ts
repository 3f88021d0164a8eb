/** The private address of one's calendar, for other programs to subscribe to. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { calendarFeedRenewed } from "./events.ts";
import { feedLink, feedToken, hashOfToken, newFeedId } from "./feed-secret.ts";
import { ownsCalendar } from "./policy.ts";
import { operation } from "./tables.ts";

/** Gives the address, making one where there is none; renewing makes another, and the old one is dead at once. */
export const openFeed = operation({
  name: "calendar.openFeed",
  summary: "Gives the private address under which programs can subscribe to your calendar.",
  kind: "command",
  input: z.strictObject({
    renew: z
      .boolean()
      .default(false)
      .meta({ description: "True for another address; the one before stops working at once." }),
  }),
  output: z.object({
    feedId: z.string(),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
    link: z.string().meta({ description: "Whoever has it sees what you see in your calendar." }),
  }),
  policy: ownsCalendar,
  async prepare({ random, services }) {
    const feedId = newFeedId(random);
    return { feedId, secretHash: hashOfToken(feedToken(services, feedId)) };
  },
  async handle({ input, actor, tx, now, facts, emit }) {
    const { personId } = personOf(actor);
    const known = await tx
      .selectFrom("calendar_feeds")
      .selectAll()
      .where("person_id", "=", personId)
      .executeTakeFirst();
    if (known !== undefined && !input.renew) return { feedId: known.feed_id, createdAt: known.created_at };
    const fresh = { feed_id: facts.feedId, secret_hash: facts.secretHash, created_at: now };
    await tx
      .insertInto("calendar_feeds")
      .values({ person_id: personId, ...fresh })
      .onConflict((conflict) => conflict.column("person_id").doUpdateSet(fresh))
      .execute();
    emit(calendarFeedRenewed, { personId });
    return { feedId: facts.feedId, createdAt: now };
  },
  secrets: { link: async ({ output, services }) => feedLink(services, output.feedId) },
});
