/** Taking a program's token back. */
import { z } from "zod";
import { denyNotFound, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { accessTokenRevoked } from "./events.ts";
import { signedInThemselves } from "./policy.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Ends one of one's own access tokens at once; other people's are not there. */
export const revokeAccessToken = operation({
  name: "identity.revokeAccessToken",
  summary: "Ends one of your access tokens at once.",
  kind: "command",
  input: z.strictObject({ accessTokenId: idField }),
  output: z.object({}),
  policy: signedInThemselves,
  async handle({ input, actor, tx, now, emit }) {
    const { accessTokenId } = input;
    const { personId } = personOf(actor);
    const row = await tx
      .selectFrom("access_tokens")
      .select("revoked_at")
      .where("id", "=", accessTokenId)
      .where("person_id", "=", personId)
      .executeTakeFirst();
    if (row === undefined) throw refusalOfDecision(denyNotFound("access token"));
    if (row.revoked_at !== null) return {};
    await tx.updateTable("access_tokens").set({ revoked_at: now }).where("id", "=", accessTokenId).execute();
    emit(accessTokenRevoked, { accessTokenId, personId });
    return {};
  },
});
