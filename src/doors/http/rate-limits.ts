/** Limits on how often one caller may ask, with the headers by which clients pace themselves. */
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refusal } from "#kernel/errors.ts";
import type { SessionCookies } from "./session-cookie.ts";

export interface RateLimits {
  /** Requests of one session per minute: far above what a person does, below what harms others. */
  readonly sessionPerMinuteMax: number;
  /** Requests per minute of everyone at one address who is not signed in; a whole school may share one. */
  readonly anonymousPerMinuteMax: number;
  /** All requests of one address per minute, so that made-up tokens do not get around the two above. */
  readonly addressPerMinuteMax: number;
}

export const defaultRateLimits: RateLimits = {
  sessionPerMinuteMax: 1_200,
  anonymousPerMinuteMax: 6_000,
  addressPerMinuteMax: 60_000,
};

const windowMs = 60_000;
/** How many callers are remembered at once; the longest silent are forgotten first. */
const callersMax = 20_000;

/** Puts the limits before every route of `app` that does not say `rateLimit: false`. */
export async function addRateLimits(
  app: FastifyInstance,
  limits: RateLimits,
  cookies: SessionCookies,
): Promise<void> {
  await app.register(rateLimit, {
    hook: "onRequest",
    enableDraftSpec: true,
    cache: callersMax,
    timeWindow: windowMs,
    keyGenerator: (request) => callerOf(request, cookies),
    max: (_request, key) =>
      key.startsWith("session:") ? limits.sessionPerMinuteMax : limits.anonymousPerMinuteMax,
    errorResponseBuilder: (_request, { ttl }) => tooMany(ttl),
  });
  const ofAddress = app.createRateLimit({
    max: limits.addressPerMinuteMax,
    timeWindow: windowMs,
    keyGenerator: (request) => request.ip,
  });
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config.rateLimit === false) return;
    const state = await ofAddress(request);
    if (!state.isAllowed && state.isExceeded) throw tooMany(state.ttl);
  });
}

/** The end of a token is its authentication tag: enough to tell callers apart, nothing that a log could leak. */
function callerOf(request: FastifyRequest, cookies: SessionCookies): string {
  const { token } = cookies.credentialsOf(request);
  return token === null ? `address:${request.ip}` : `session:${token.slice(-22)}`;
}

function tooMany(waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new Refusal("rate_limited", `Too many requests in a short time. Try again in ${seconds} seconds.`, {
    retryAfterMs: seconds * 1_000,
  });
}
