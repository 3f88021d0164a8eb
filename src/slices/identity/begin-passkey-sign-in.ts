/** Signing in by a passkey alone: no address, no password. */
import { z } from "zod";
import { anyone } from "#kernel/policy.ts";
import { insertChallenge, sealChallenge } from "./challenges.ts";
import { beginAnonymous, placeOf } from "./guessing.ts";
import { passkeyRefusals, requireRelyingParty } from "./relying-party.ts";
import { PasskeyRequest } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives what any passkey of the school may answer; completeSignIn takes the answer. */
export const beginPasskeySignIn = operation({
  name: "identity.beginPasskeySignIn",
  summary: "Begins to sign in with a passkey alone.",
  kind: "command",
  input: z.strictObject({}),
  output: z
    .object({
      challengeId: z.string(),
      expiresAt: z.int(),
      passkey: PasskeyRequest,
      challengeToken: z
        .string()
        .meta({ description: "Send it to completeSignIn with the passkey's answer." }),
    })
    .meta({ id: "BegunPasskeySignIn" }),
  policy: anyone,
  refusals: { passkeys_unavailable: passkeyRefusals.passkeys_unavailable, rate_limited: "rate_limited" },
  async prepare({ services, origin, now }) {
    beginAnonymous(services.limiter, placeOf(origin.address), now);
    return requireRelyingParty(services.publicUrl());
  },
  async handle(context) {
    const { id, nonce, expires_at } = await insertChallenge(context, { purpose: "passkey_sign_in" });
    const passkey = { nonce, rpId: context.facts.rpId, credentialIds: [] };
    return { challengeId: id, expiresAt: expires_at, passkey };
  },
  secrets: {
    challengeToken: async ({ output, services }) => (await sealChallenge(services.tokens, output)) ?? "",
  },
});
