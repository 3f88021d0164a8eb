/**
 * The bytes of files, under signed addresses that hold for an hour. Whoever may read a file gets such an address from
 * an operation; the address itself is the permission, so no cookie is looked at and nothing of the session can leak
 * to what is in the file. Files are shown in the browser only where that is harmless, and everything else is saved.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "#base/clock.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import { Refusal } from "#kernel/errors.ts";
import type { FileReference } from "#kernel/held-blobs.ts";
import type { Services, TokenSealer } from "#kernel/services.ts";
import { type ByteRange, rangeOf } from "./byte-range.ts";
import { contentDisposition } from "./content-disposition.ts";
import { HttpRefusal } from "./problem.ts";

const purpose = "file";
const lifetimeMs = 60 * 60_000;

/** What browsers show by themselves without running anything of it. */
const inlineTypes = ["application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif", "text/plain"];
const headers = {
  "accept-ranges": "bytes",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/**
 * The path under which `file` can be had for an hour by whoever knows it. `?download` at its end makes browsers save
 * what they would show.
 */
export async function fileUrl(
  services: Pick<Services, "tokens">,
  file: Pick<FileReference, "sha256" | "fileName" | "mediaType">,
  now: number,
): Promise<string> {
  const { sha256, fileName, mediaType } = file;
  return `/files/${await services.tokens.seal(purpose, { sha256, fileName, mediaType }, now + lifetimeMs)}`;
}

/** Serves `/files/<token>`. */
export function addFiles(
  app: FastifyInstance,
  parts: { readonly blobs: BlobStore; readonly tokens: TokenSealer; readonly clock: Clock },
): void {
  app.route<{ Params: { token: string }; Querystring: { download?: string } }>({
    method: ["GET", "HEAD"],
    url: "/files/:token",
    // Compressed, a file would have no ranges and no length.
    compress: false,
    handler: async (request, reply) => {
      const file = await openToken(parts.tokens, request.params.token, parts.clock.now());
      const stat = await parts.blobs.stat(file.sha256);
      if (stat === null) throw new Refusal("not_found", "This file is no longer here.");
      const etag = `"${file.sha256}"`;
      reply.headers(headers);
      reply.header("etag", etag);
      reply.header("cache-control", "private, max-age=3600, immutable");
      if (isKnown(request.headers["if-none-match"], etag)) return reply.code(304).send();
      const inline = inlineTypes.includes(file.mediaType) && request.query.download === undefined;
      reply.header(
        "content-disposition",
        contentDisposition(inline ? "inline" : "attachment", file.fileName),
      );
      reply.header(
        "content-type",
        file.mediaType.startsWith("text/") ? `${file.mediaType}; charset=utf-8` : file.mediaType,
      );
      return send(request, reply, parts.blobs, { ...stat, etag });
    },
  });
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  blobs: BlobStore,
  file: { readonly sha256: string; readonly bytes: number; readonly etag: string },
): Promise<FastifyReply> {
  const range = wantedRange(request, file);
  const length = range === null ? file.bytes : range.end - range.start + 1;
  reply.header("content-length", String(length));
  if (range !== null)
    reply.code(206).header("content-range", `bytes ${range.start}-${range.end}/${file.bytes}`);
  if (request.method === "HEAD") return reply.send();
  return reply.send(await blobs.open(file.sha256, range ?? undefined));
}

/** The range that the request asks for; null for the whole. A client with another version gets the whole of this. */
function wantedRange(
  request: FastifyRequest,
  file: { readonly bytes: number; readonly etag: string },
): ByteRange | null {
  const ifRange = request.headers["if-range"];
  if (ifRange !== undefined && ifRange !== file.etag) return null;
  const range = rangeOf(request.headers.range, file.bytes);
  if (range !== "unsatisfiable") return range;
  throw new HttpRefusal(416, {
    code: "range_not_satisfiable",
    message: `This file has ${file.bytes} bytes; the range that was asked for lies outside.`,
    headers: { "content-range": `bytes */${file.bytes}` },
  });
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((each) => ["*", etag, `W/${etag}`].includes(each.trim()));
}

async function openToken(
  tokens: TokenSealer,
  token: string,
  now: number,
): Promise<{ sha256: string; fileName: string; mediaType: string }> {
  const claims = await tokens.open(purpose, token, now);
  if (claims === null)
    throw new Refusal(
      "not_found",
      "This address of a file is not valid, or no longer: they hold for an hour.",
    );
  return {
    sha256: String(claims.sha256),
    fileName: String(claims.fileName),
    mediaType: String(claims.mediaType),
  };
}
