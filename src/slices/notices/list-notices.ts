/** What somebody should know, the newest first. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf, signedIn } from "#kernel/policy.ts";
import { describe } from "./describe.ts";
import { Notice } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the caller's own notices. What they may not see any more is there without its title. */
export const listNotices = operation({
  name: "notices.listNotices",
  summary: "Lists what you should know, the newest first.",
  kind: "read",
  input: z.strictObject({
    unread: z.boolean().default(false).meta({ description: "Only those that are unread." }),
    ...pageFields,
  }),
  output: pageOf(Notice),
  policy: signedIn,
  async handle({ input, actor, db, now }) {
    let select = db.selectFrom("notices").selectAll().where("person_id", "=", personOf(actor).personId);
    if (input.unread) select = select.where("read_at", "is", null);
    const page = await pageById(select, input, "newest first");
    return { items: await describe(db, actor, page.items, now), nextCursor: page.nextCursor };
  },
});
