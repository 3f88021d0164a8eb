/** Which programs can act for one. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf } from "#kernel/policy.ts";
import { accessTokenOfRow } from "./access-tokens.ts";
import { signedInPerson } from "./policy.ts";
import { AccessToken } from "./schema.ts";
import { operation } from "./tables.ts";

/** One's own access tokens that still hold, the newest first. */
export const listAccessTokens = operation({
  name: "identity.listAccessTokens",
  summary: "Lists the access tokens of your programs.",
  kind: "read",
  input: z.strictObject(pageFields),
  output: pageOf(AccessToken),
  policy: signedInPerson,
  underView: "closed",
  examples: [{ summary: "My tokens", input: {} }],
  async handle({ input, actor, db, now }) {
    const select = db
      .selectFrom("access_tokens")
      .selectAll()
      .where("person_id", "=", personOf(actor).personId)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now);
    const page = await pageById(select, input, "newest first");
    return { ...page, items: page.items.map(accessTokenOfRow) };
  },
});
