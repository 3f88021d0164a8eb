/** How many notices somebody has yet to read: for the bell that every page shows. */
import { z } from "zod";
import { personOf, signedIn } from "#kernel/policy.ts";
import { operation } from "./tables.ts";

/** So far it is counted; beyond, people read "more than". */
export const countMax = 100;

/** Counts the caller's unread notices, up to a hundred. */
export const countNotices = operation({
  name: "notices.countNotices",
  summary: "Counts your unread notices.",
  kind: "read",
  input: z.strictObject({}),
  output: z.object({
    unread: z.int().meta({ description: `How many are unread; ${countMax} stands for that many and more.` }),
  }),
  policy: signedIn,
  async handle({ actor, db }) {
    const rows = await db
      .selectFrom("notices")
      .select("id")
      .where("person_id", "=", personOf(actor).personId)
      .where("read_at", "is", null)
      .limit(countMax)
      .execute();
    return { unread: rows.length };
  },
});
