/**
 * How a request says who asks. Programs send `Authorization: Bearer`. Browsers hold the session in a cookie that
 * scripts cannot read; they ask for one with the header `Lyceum-Session: cookie`, and because a browser attaches
 * cookies to requests that other sites provoke, every command with a cookie must also carry that header, which other
 * sites cannot set, and must come from a page of our own: of this node, or of another node of the same school.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "#kernel/errors.ts";
import { HttpRefusal } from "./problem.ts";

/** The operations that have to do with sessions, by name; the composition knows them, the door knows no slice. */
export interface SessionOperations {
  /** They open a session or renew it: their output has the secret `token`. */
  readonly opens: readonly string[];
  /** They end the session that the cookie holds. */
  readonly ends: readonly string[];
  /** They are for people who are not signed in yet: a cookie of before, perhaps expired, is not looked at. */
  readonly anonymous: readonly string[];
}

export interface Credentials {
  readonly token: string | null;
  /** Whether the token came in a cookie, which browsers send unasked. */
  readonly fromCookie: boolean;
}

export interface SessionCookies {
  readonly credentialsOf: (request: FastifyRequest) => Credentials;
  /** Refuses a command that another site may have provoked. */
  readonly refuseForgery: (request: FastifyRequest, credentials: Credentials) => void;
  /** Whether the caller wants the token of a new session in a cookie and not in the body. */
  readonly wantsCookie: (request: FastifyRequest) => boolean;
  readonly set: (reply: FastifyReply, token: string) => void;
  readonly clear: (reply: FastifyReply) => void;
}

const noCredentials: Credentials = { token: null, fromCookie: false };
/** A year: the token inside expires long before, and the server decides by that. */
const cookieSecondsMax = 31_536_000;

export function sessionCookies(options: {
  readonly tls: boolean;
  readonly ownOrigin: () => string;
  /** Whether this is the origin of another node of the school. */
  readonly isSister: (origin: string) => boolean;
}): SessionCookies {
  // Browsers keep a `__Host-` cookie only when it is Secure, host-only and for the whole site: nobody can plant one.
  const name = options.tls ? "__Host-lyceum-session" : "lyceum-session";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${options.tls ? "; Secure" : ""}`;
  const wantsCookie = (request: FastifyRequest) => request.headers["lyceum-session"] === "cookie";

  return {
    wantsCookie,
    credentialsOf(request) {
      const { authorization, cookie } = request.headers;
      if (authorization !== undefined) return { token: bearerToken(authorization), fromCookie: false };
      const token = cookie === undefined ? null : cookieValue(cookie, name);
      return token === null || token === "" ? noCredentials : { token, fromCookie: true };
    },
    refuseForgery(request, { fromCookie }) {
      if (!fromCookie && !wantsCookie(request)) return;
      const site = request.headers["sec-fetch-site"];
      const { origin } = request.headers;
      const elsewhere =
        site !== undefined
          ? site !== "same-origin"
          : origin !== undefined && origin !== options.ownOrigin() && origin !== originOf(request);
      const foreign = elsewhere && (origin === undefined || !options.isSister(origin));
      if (foreign || !wantsCookie(request))
        throw new Refusal(
          "forbidden",
          "This request came with a browser's session but not from a page of this school. " +
            "Pages send the header Lyceum-Session: cookie; programs send Authorization: Bearer instead of a cookie.",
        );
    },
    set(reply, token) {
      reply.header("set-cookie", `${name}=${token}; ${attributes}; Max-Age=${cookieSecondsMax}`);
    },
    clear(reply) {
      reply.header("set-cookie", `${name}=; ${attributes}; Max-Age=0`);
    },
  };
}

/** The value of the cookie `name` in a Cookie header, or null; without a parser's allocations, since reads are hot. */
export function cookieValue(header: string, name: string): string | null {
  let from = 0;
  while (from < header.length) {
    let end = header.indexOf(";", from);
    if (end === -1) end = header.length;
    while (header[from] === " ") from++;
    if (header.startsWith(name, from) && header[from + name.length] === "=")
      return header.slice(from + name.length + 1, end).trim();
    from = end + 1;
  }
  return null;
}

function bearerToken(authorization: string): string {
  const match = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization);
  if (match?.[1] === undefined)
    throw new HttpRefusal(401, {
      code: "unauthenticated",
      message: "The Authorization header must read: Bearer, a space, and a token.",
    });
  return match[1];
}

function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}
