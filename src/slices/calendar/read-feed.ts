/** A person's calendar for the programs that subscribe to it. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { anyone } from "#kernel/policy.ts";
import { TextFile } from "#kernel/text-file.ts";
import { personById } from "#slices/identity/api.ts";
import { hashOfToken } from "./feed-secret.ts";
import { iCalendarOf } from "./icalendar.ts";
import { gatherItems } from "./items.ts";
import { feedMsAfter, feedMsBefore, itemsMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives what the person may see at this very moment, as iCalendar (RFC 5545). The token in the address is the key. */
export const readFeed = operation({
  name: "calendar.readFeed",
  summary: "Gives a calendar in iCalendar's format, to whoever has its private address.",
  kind: "read",
  returns: "text",
  input: z.strictObject({
    token: z.string().min(1).max(200).meta({ description: "The secret part of the address." }),
  }),
  output: TextFile,
  policy: anyone,
  refusals: { unknown_feed: "not_found" },
  async handle({ input, db, now }) {
    const feed = await db
      .selectFrom("calendar_feeds")
      .select("person_id")
      .where("secret_hash", "=", hashOfToken(input.token))
      .executeTakeFirst();
    const person = feed === undefined ? null : await personById(db, feed.person_id);
    if (person === null || !person.active)
      throw new Refusal("unknown_feed", "This address leads to no calendar. It may have been renewed.", {
        kind: "not_found",
      });
    const { id: personId, roles } = person;
    const actor = { kind: "person", personId, sessionId: "", roles, scope: "full" } as const;
    // By whole days, so that the same calendar stays the same text, and the same ETag, for a day.
    const today = now - (now % 86_400_000);
    const { items, courses } = await gatherItems(db, actor, {
      from: today - feedMsBefore,
      to: today + feedMsAfter,
      limit: itemsMax,
      now,
    });
    return {
      fileName: "lyceum.ics",
      mediaType: "text/calendar",
      text: iCalendarOf(items, courses),
    };
  },
});
