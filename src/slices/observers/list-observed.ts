/** Whom somebody observes. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf } from "#kernel/policy.ts";
import { linksOfObserver } from "./links.ts";
import { seesLinks } from "./policy.ts";
import { ObserverLink, personIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The links of one observer, the first made first. */
export const listObserved = operation({
  name: "observers.listObserved",
  summary: "Lists the students whom you observe, or whom somebody observes.",
  kind: "read",
  input: z.strictObject({
    personId: personIdField
      .optional()
      .meta({ description: "The observer; absent: you. Others are for admins to ask about." }),
    ...pageFields,
  }),
  output: pageOf(ObserverLink),
  policy: seesLinks,
  underView: "closed",
  async handle({ input, actor, db }) {
    const [after] = input.cursor === undefined ? [""] : decodeCursor(input.cursor, ["text"]);
    const observerId = input.personId ?? personOf(actor).personId;
    const links = await linksOfObserver(db, observerId, { after, limit: input.limit + 1 });
    return cutPage(
      links,
      input.limit,
      ({ linkId }) => [linkId],
      (link) => link,
    );
  },
});
