/**
 * The position that a client has seen, so that it never reads older data, whichever node answers. Programs echo the
 * header `Lyceum-Position`; for browsers a cookie does it.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { invalidField } from "#kernel/errors.ts";
import { cookieValue } from "./session-cookie.ts";

export const positionHeader = "lyceum-position";
const cookieName = "lyceum-position";

export interface PositionCookies {
  /** The position that the answer must not be older than, or null. */
  readonly wantedBy: (request: FastifyRequest, sessionToken: string | null) => number | null;
  /** Tells the client the position of its answer; `sessionToken` is set for browsers only. */
  readonly tell: (reply: FastifyReply, told: Told) => void;
}

interface Told {
  readonly position: number;
  readonly wanted: number | null;
  readonly sessionToken: string | null;
}

export function positionCookies(options: { readonly tls: boolean }): PositionCookies {
  const attributes = `Path=/; HttpOnly; SameSite=Lax${options.tls ? "; Secure" : ""}`;
  return {
    wantedBy(request, sessionToken) {
      const header = request.headers[positionHeader];
      if (typeof header === "string") return parsed(header) ?? malformed();
      const { cookie } = request.headers;
      if (sessionToken === null || cookie === undefined) return null;
      const value = cookieValue(cookie, cookieName);
      if (value === null) return null;
      // The cookie belongs to one session: after a school was restored or made anew, an old position would be one
      // that never comes, and the old session is refused anyway.
      const [position, session] = value.split(".");
      return session === sessionMark(sessionToken) ? parsed(position ?? "") : null;
    },
    tell(reply, { position, wanted, sessionToken }) {
      const text = String(position);
      reply.header(positionHeader, text);
      if (sessionToken !== null && (wanted === null || position > wanted))
        reply.header("set-cookie", `${cookieName}=${text}.${sessionMark(sessionToken)}; ${attributes}`);
    },
  };
}

/** Enough of the token to tell sessions apart, too little to be of use: the end of its authentication tag. */
function sessionMark(token: string): string {
  return token.slice(-8).replaceAll(/[^A-Za-z0-9_-]/g, "-");
}

function parsed(text: string): number | null {
  const position = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(position) ? position : null;
}

function malformed(): never {
  throw invalidField(
    "Lyceum-Position",
    "This header must be a position that an earlier answer gave; leave it out to read whatever is here.",
  );
}
