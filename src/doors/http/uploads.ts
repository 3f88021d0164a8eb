/**
 * Uploads that can be resumed: the tus protocol 1.0 (https://tus.io/protocols/resumable-upload) at /api/v1/uploads,
 * spoken by its own library over our blob store. The library sees requests without their bodies; the bytes go from
 * the socket to the store directly, hashed and written at the speed of the disk and at constant memory.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { DataStore, Server, Upload as TusUpload } from "@tus/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { present } from "#base/assert.ts";
import { BlobError, type BlobStore, type Upload } from "#engines/blobs/port.ts";
import { type Actor, actorKey } from "#kernel/actor.ts";
import { Refusal } from "#kernel/errors.ts";
import { HttpRefusal } from "./problem.ts";
import { UploadTurns } from "./upload-turns.ts";

export const uploadsPath = "/api/v1/uploads";

export interface UploadParts {
  readonly blobs: BlobStore;
  /** Who sends the request; refuses what another site may have provoked. */
  readonly identify: (request: FastifyRequest) => Promise<Actor>;
}

/** One request, as the library's call-backs see it. */
interface Exchange {
  readonly owner: string;
  readonly body: IncomingMessage;
  /** The upload that the request was about, when it is known. */
  upload: Upload | null;
  /** What the library was told went wrong, to be answered in our own words. */
  error: unknown;
}

/** Serves the protocol, in a scope of its own where no body is ever read ahead. */
export async function addUploads(app: FastifyInstance, parts: UploadParts): Promise<void> {
  const exchanges = new AsyncLocalStorage<Exchange>();
  const current = () => present(exchanges.getStore(), "the library calls back within a request");
  const server = new Server({
    path: uploadsPath,
    relativeLocation: true,
    datastore: new BlobDataStore(parts.blobs, current),
    locker: new UploadTurns(() => current().body),
    onResponseError: (_request, error) => {
      current().error = error;
      return undefined;
    },
  });

  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const actor = await parts.identify(request);
    if (actor.kind === "anonymous") throw new Refusal("unauthenticated", "Sign in first, then send files.");
    const exchange: Exchange = { owner: actorKey(actor), body: request.raw, upload: null, error: null };
    const response = await exchanges.run(exchange, () => server.handleWeb(bodilessRequest(request)));
    return sendResponse(reply, exchange, response);
  };

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    scope.route({ method: "POST", url: uploadsPath, handler: answer });
    scope.route({ method: ["HEAD", "PATCH", "DELETE"], url: `${uploadsPath}/:id`, handler: answer });
    scope.options(uploadsPath, async (_request, reply) => reply.headers(capabilities).code(204).send());
  });
}

/** What this server can do; asked for without a session, before the first file. */
const capabilities = {
  "tus-resumable": "1.0.0",
  "tus-version": "1.0.0",
  "tus-extension": "creation,creation-with-upload,expiration,termination",
};

function bodilessRequest(request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  return new Request(new URL(request.url, "http://localhost"), { method: request.method, headers });
}

async function sendResponse(
  reply: FastifyReply,
  exchange: Exchange,
  response: Response | undefined,
): Promise<FastifyReply> {
  const { status, headers } = present(response, "the library answers every request");
  // The server may be asked from its own pages only, so the library's permissions for other sites are left out.
  for (const [name, value] of headers)
    if (!name.startsWith("access-control-") && name !== "content-length") reply.header(name, value);
  if (exchange.body.destroyed && !exchange.body.complete)
    throw new HttpRefusal(400, {
      code: "upload_cut",
      message: "The connection broke off; go on with the upload.",
    });
  if (status >= 400) throw await failureOf(exchange.error, status, response);
  if (exchange.upload !== null && exchange.upload.finished === null)
    reply.header("upload-expires", new Date(exchange.upload.expiresAt).toUTCString());
  return reply.header("cache-control", "no-store").code(status).send();
}

/** Our own errors as they are; the library's as problems of the same status. */
async function failureOf(error: unknown, status: number, response: Response | undefined): Promise<unknown> {
  if (error instanceof Error && !("status_code" in error)) return error;
  const message = ((await response?.text()) ?? "").trim().replace(/\.?$/, ".");
  const code = status === 404 ? "not_found" : status === 409 ? "offset_mismatch" : "invalid_upload";
  return new HttpRefusal(status, { code, message, headers: capabilities });
}

/** The library's view of the blob store, for the sender of the current request. */
class BlobDataStore extends DataStore {
  override readonly extensions = ["creation", "creation-with-upload", "expiration", "termination"];
  readonly #blobs: BlobStore;
  readonly #current: () => Exchange;

  constructor(blobs: BlobStore, current: () => Exchange) {
    super();
    this.#blobs = blobs;
    this.#current = current;
  }

  override async create(file: TusUpload): Promise<TusUpload> {
    const exchange = this.#current();
    const upload = await this.#blobs.beginUpload({
      owner: exchange.owner,
      fileName: file.metadata?.filename ?? file.metadata?.name ?? "",
      bytesExpected: present(file.size, "the library refuses uploads of unknown length"),
    });
    exchange.upload = upload;
    // The store names its uploads itself; the library builds the address from this.
    file.id = upload.id;
    return file;
  }

  override async getUpload(id: string): Promise<TusUpload> {
    const upload = await this.#own(id);
    const view = new TusUpload({
      id,
      offset: upload.bytesReceived,
      ...(upload.bytesExpected === null ? {} : { size: upload.bytesExpected }),
      metadata: { filename: upload.fileName },
    });
    return view;
  }

  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    // The library's stream is empty and only has to end; the bytes are with the request itself.
    for await (const _piece of stream);
    const exchange = this.#current();
    if (exchange.upload?.finished) return offset;
    exchange.upload = await this.#blobs.appendToUpload(id, offset, exchange.body);
    return exchange.upload.bytesReceived;
  }

  override async remove(id: string): Promise<void> {
    await this.#own(id);
    await this.#blobs.abandonUpload(id);
  }

  /** The upload, when it is the sender's own: to everybody else it is not there. */
  async #own(id: string): Promise<Upload> {
    const exchange = this.#current();
    const upload = await this.#blobs.upload(id);
    if (upload === null || upload.owner !== exchange.owner)
      throw new BlobError(
        "not_found",
        "There is no such upload of yours: it was given up or has expired. Begin a new one.",
      );
    // A crash or a full disk may have come between the last byte and the end: clients believe that all is well.
    const isWhole = upload.finished === null && upload.bytesReceived === upload.bytesExpected;
    exchange.upload = isWhole ? await this.#blobs.finishUpload(id) : upload;
    return exchange.upload;
  }
}
