/** Letting a program in: a token of its own, which can be taken back without touching the password. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { accessTokenOfRow, lastFourOf, sealAccessToken } from "./access-tokens.ts";
import { cleanName } from "./names.ts";
import { signedInThemselves } from "./policy.ts";
import { AccessToken, accessTokenDaysMax, accessTokensPerPersonMax, nameField } from "./schema.ts";
import { type AccessTokensTable, operation } from "./tables.ts";

const dayMs = 24 * 3_600_000;

/** Makes an access token with the rights of the session that asks. The secret is shown this once. */
export const createAccessToken = operation({
  name: "identity.createAccessToken",
  summary: "Makes a token by which a program can act for you; it is shown once.",
  kind: "command",
  input: z.strictObject({
    name: nameField.meta({ description: "What it is for, to recognise it by later." }),
    expiresInDays: z
      .int()
      .min(1)
      .max(accessTokenDaysMax)
      .default(90)
      .meta({ description: `1 to ${accessTokenDaysMax} days; 90 when absent.` }),
  }),
  output: z
    .object({
      accessToken: AccessToken,
      secret: z.string().meta({ description: "The token. Shown now and not kept." }),
    })
    .meta({ id: "CreatedAccessToken" }),
  policy: signedInThemselves,
  refusals: { too_many_access_tokens: "failed_precondition" },
  examples: [
    { summary: "A token for a script, for a month", input: { name: "Grade export", expiresInDays: 30 } },
  ],
  async handle({ input, actor, tx, now, newId }) {
    const { personId, scope } = personOf(actor);
    await tx
      .deleteFrom("access_tokens")
      .where("person_id", "=", personId)
      .where("expires_at", "<=", now)
      .execute();
    const mine = await tx
      .selectFrom("access_tokens")
      .select("revoked_at")
      .where("person_id", "=", personId)
      .execute();
    if (mine.filter((row) => row.revoked_at === null).length >= accessTokensPerPersonMax)
      throw new Refusal(
        "too_many_access_tokens",
        `You have ${accessTokensPerPersonMax} access tokens. Revoke one that is not used any more.`,
      );
    const id = newId();
    const row: AccessTokensTable = {
      id,
      person_id: personId,
      name: cleanName(input.name),
      scope,
      last_four: lastFourOf(id),
      created_at: now,
      expires_at: now + input.expiresInDays * dayMs,
      revoked_at: null,
      seen_at: null,
    };
    await tx.insertInto("access_tokens").values(row).execute();
    return { accessToken: accessTokenOfRow(row) };
  },
  secrets: { secret: ({ output, services }) => sealAccessToken(services.tokens, output.accessToken) },
});
