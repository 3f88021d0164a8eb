/**
 * Tokens: small facts sealed so that only this school can make and read them. Sessions, invitations and the like are
 * all made here, each for one purpose that the seal covers, so that none can be passed off as another.
 */
import { LRUCache } from "lru-cache";
import { assert } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import type { Random } from "#base/random.ts";
import { type Keyring, tokenLifetimeMsMax } from "./keyring.ts";
import type { TokenSealer } from "./services.ts";
import { ivBytes, jweOpen, jweParse, jweSeal } from "./tokens-jwe.ts";

/** Nothing longer is looked at: the longest token of ours has well under a thousand characters. */
const tokenLengthMax = 2_048;
const openedMax = 10_000;

interface Opened {
  readonly purpose: string;
  readonly claims: JsonObject;
  readonly expiresAt: number;
}

/**
 * The sealer over a ring of keys. What was opened is remembered (at most 10 000 tokens, by use), because the same
 * session's token comes with every call. A token stays what it was, so only its expiry is looked at again; whether
 * a session still holds is for a row in the store to say.
 *
 * Initialisation vectors are random. That is sound for 2³² tokens under one key (NIST SP 800-38D §8.3): at a hundred
 * each second, more than a year.
 */
export function createTokenSealer({
  keyring,
  random,
}: {
  readonly keyring: Keyring;
  readonly random: Random;
}): TokenSealer {
  const opened = new LRUCache<string, Opened>({ max: openedMax });

  async function decrypt(token: string): Promise<Opened | null> {
    if (token.length > tokenLengthMax) return null;
    const parts = jweParse(token);
    if (parts === null) return null;
    const key = await keyring.openingKey(parts.header.kid);
    if (key === null) return null;
    const payload = jweOpen(key.bytes, parts);
    if (payload === null) return null;
    const { exp, ...claims } = payload;
    if (typeof exp !== "number") return null;
    return { purpose: parts.header.typ, claims, expiresAt: Math.round(exp * 1000) };
  }

  return {
    async seal(purpose, claims, expiresAt) {
      assert(!("exp" in claims), "the expiry is given beside the claims");
      const key = await keyring.sealingKey();
      assert(
        expiresAt - key.now <= tokenLifetimeMsMax,
        "a token may not outlive the time for which a retired key is kept",
      );
      // `exp` counts in seconds (RFC 7519 §2) and may have a fraction.
      const payload = { ...claims, exp: expiresAt / 1000 };
      return jweSeal(key.bytes, { kid: key.id, typ: purpose }, payload, random.bytes(ivBytes));
    },

    async open(purpose, token, now) {
      const known = opened.get(token);
      const found = known ?? (await decrypt(token));
      if (found === null || found.purpose !== purpose || found.expiresAt <= now) return null;
      if (known === undefined) opened.set(token, found);
      return found.claims;
    },

    async prepare() {
      await keyring.sealingKey();
    },

    fingerprint: keyring.fingerprint,
    secretFor: keyring.secretFor,
    newKey: keyring.newKey,
  };
}
