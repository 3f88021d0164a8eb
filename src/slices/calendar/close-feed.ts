/** No address for one's calendar any more. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { calendarFeedClosed } from "./events.ts";
import { ownsCalendar } from "./policy.ts";
import { operation } from "./tables.ts";

/** Closes the address; programs that have subscribed get nothing from then on. Twice is harmless. */
export const closeFeed = operation({
  name: "calendar.closeFeed",
  summary: "Closes the private address of your calendar.",
  kind: "command",
  input: z.strictObject({}),
  output: z.object({ isOpen: z.boolean() }),
  policy: ownsCalendar,
  async handle({ actor, tx, emit }) {
    const { personId } = personOf(actor);
    const closed = await tx
      .deleteFrom("calendar_feeds")
      .where("person_id", "=", personId)
      .returning("feed_id")
      .execute();
    if (closed.length > 0) emit(calendarFeedClosed, { personId });
    return { isOpen: false };
  },
});
