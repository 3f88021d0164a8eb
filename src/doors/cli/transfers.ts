/** Files up and down: in pieces, with a bar at a terminal, going on where they broke off, checked by their hash. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SingleBar } from "cli-progress";
import { DetailedError, Upload } from "tus-js-client";
import { cleanFileName } from "#engines/blobs/file-name.ts";
import type { FileReference } from "#kernel/held-blobs.ts";
import { type ClientParts, problemOf, type Session, send, sessionHeaders } from "./client.ts";
import { CliFailure, failureOf, fileExit, kindOfStatus } from "./failure.ts";
import { readJson } from "./flags.ts";
import { writePrivately } from "./profiles.ts";
import { bytesText } from "./render.ts";
import type { Terminal } from "./terminal.ts";

const uploadsPath = "/api/v1/uploads";
const uploadRetryDelaysMs = [200, 500, 1_000, 2_000, 5_000];
/** What has arrived is safe on the server after each piece. */
const uploadPieceBytes = 16 * 1024 * 1024;

export interface TransferParts extends ClientParts {
  readonly terminal: Terminal;
  readonly session: Session;
  /** Where unfinished uploads are remembered. */
  readonly folder: string;
  readonly quiet: boolean;
}

/**
 * Sends the file at `path`; gives the id of its upload. An upload that broke off earlier goes on, as long as the node
 * that took its beginning is there; otherwise it begins anew at another one.
 */
export async function uploadFile(parts: TransferParts, path: string): Promise<string> {
  const { servers } = parts.session;
  for (let left = servers.all.length; ; left--) {
    try {
      return await uploadTo(parts, path);
    } catch (error) {
      const isBroken = error instanceof CliFailure && error.code === "upload_broken";
      if (!isBroken || left <= 1) throw error;
      servers.moveOn();
    }
  }
}

async function uploadTo(parts: TransferParts, path: string): Promise<string> {
  const facts = await stat(path).catch((error: Error) => {
    throw new CliFailure(`${path} cannot be read: ${error.message}.`, {
      exitStatus: fileExit,
      code: "file_unreadable",
    });
  });
  if (!facts.isFile())
    throw new CliFailure(`${path} is no file.`, { exitStatus: fileExit, code: "file_unreadable" });
  const mark = createHash("sha256")
    .update([parts.session.servers.current, resolve(path), facts.size, facts.mtimeMs].join("\n"))
    .digest("hex");
  const remembered = await openRemembered(join(parts.folder, "uploads.json"));
  const bar = progressBar(parts, basename(path), facts.size);
  try {
    const url = await runUpload(
      parts,
      { path, bytes: facts.size, resumeAt: remembered.get(mark) },
      bar,
      (made) => remembered.set(mark, made),
    );
    return decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
  } finally {
    bar.stop();
  }
}

/** Forgets the upload of a file: the command that refers to it has been done. */
export async function forgetUpload(parts: Pick<TransferParts, "folder">, uploadId: string): Promise<void> {
  const remembered = await openRemembered(join(parts.folder, "uploads.json"));
  await remembered.remove(uploadId);
}

function runUpload(
  parts: TransferParts,
  file: { readonly path: string; readonly bytes: number; readonly resumeAt: string | null },
  bar: Progress,
  onUrl: (url: string) => Promise<void>,
): Promise<string> {
  return new Promise((done, failed) => {
    let kept = Promise.resolve();
    const upload = new Upload(createReadStream(file.path) as never, {
      endpoint: new URL(uploadsPath, parts.session.servers.current).href,
      ...(file.resumeAt === null ? {} : { uploadUrl: file.resumeAt }),
      headers: sessionHeaders(parts.session, parts.agent),
      metadata: { filename: basename(file.path) },
      uploadSize: file.bytes,
      chunkSize: uploadPieceBytes,
      retryDelays: uploadRetryDelaysMs,
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => {
        if (upload.url !== null) kept = onUrl(upload.url);
      },
      onProgress: (sent) => bar.at(sent),
      onError: (error) => failed(uploadFailure(error)),
      onSuccess: () => {
        kept.then(() => done(upload.url ?? ""), failed);
      },
    });
    upload.start();
  });
}

function uploadFailure(error: Error | DetailedError): CliFailure {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  if (response === null || status === 0)
    return failureOf("unavailable", {
      code: "upload_broken",
      message: `The upload broke off: ${error.message}`,
      remedy: "Give the same command again: it goes on where it stopped.",
    });
  // What the server says of a file is said as of any other call.
  return problemOf(status, readJson(response.getBody()) ?? null);
}

export interface DownloadWish {
  readonly file: FileReference & { readonly url: string };
  /** Where to put it: a file, a folder (then under its own name), or `-` for standard output. */
  readonly output: string;
  readonly force: boolean;
}

/** Fetches a file; gives where it lies. It appears under its name only when it is whole and its hash is right. */
export async function downloadFile(parts: TransferParts, wish: DownloadWish): Promise<string> {
  const { file } = wish;
  if (wish.output === "-") {
    await fetchInto(parts, file, 0, createHash("sha256"), () => parts.terminal.stdout, { end: false });
    return "-";
  }
  const target = await targetOf(wish);
  // The draft bears the hash, so that only the same bytes are ever gone on with.
  const draft = `${target}.${file.sha256.slice(0, 16)}.part`;
  const { servers } = parts.session;
  for (let left = servers.all.length; ; left--) {
    try {
      await fetchDraft(parts, file, draft);
      break;
    } catch (error) {
      const code = error instanceof CliFailure ? error.code : "";
      if (code === "damaged") await rm(draft, { force: true });
      if (code !== "download_broken" || left <= 1) throw error;
      // Any node gives the rest.
      servers.moveOn();
    }
  }
  await rename(draft, target);
  return target;
}

export interface ArchiveWish extends Pick<DownloadWish, "output" | "force"> {
  readonly file: { readonly url: string; readonly fileName: string };
}

/** Fetches an archive, which is made on the way; gives where it lies. It appears under its name only when it is whole. */
export async function downloadArchive(parts: TransferParts, wish: ArchiveWish): Promise<string> {
  const { file } = wish;
  const headers = { "user-agent": parts.agent };
  const response = await send(parts, parts.session.servers, file.url, { headers });
  if (!response.ok || response.body === null)
    throw failureOf(kindOfStatus(response.status), {
      code: "download_refused",
      message: `The archive was not given: status ${response.status}.`,
    });
  const bytes = Number(response.headers.get("content-length"));
  const bar = progressBar(parts, file.fileName, bytes);
  let got = 0;
  const counted = new Transform({
    transform(piece: Uint8Array, _encoding, next) {
      got += piece.length;
      bar.at(got);
      next(null, piece);
    },
  });
  const broken = (why: string) =>
    failureOf("unavailable", {
      code: "download_broken",
      message: `The download broke off after ${bytesText(got)}: ${why}.`,
      remedy: "Give the same command again.",
    });
  const isStdout = wish.output === "-";
  const target = isStdout ? "-" : await targetOf(wish);
  const draft = `${target}.part`;
  const sink = isStdout ? parts.terminal.stdout : createWriteStream(draft, { flush: true });
  try {
    await pipeline(response.body, counted, sink, { end: !isStdout }).catch((error: Error) => {
      throw broken(error.message);
    });
    if (got !== bytes) throw broken("some of it is missing");
  } catch (error) {
    if (!isStdout) await rm(draft, { force: true });
    throw error;
  } finally {
    bar.stop();
  }
  if (!isStdout) await rename(draft, target);
  return target;
}

/** Where a download goes; refuses to replace what is there. */
async function targetOf({ output, force, file }: ArchiveWish): Promise<string> {
  const target = (await isFolder(output)) ? join(output, cleanFileName(file.fileName)) : output;
  if (!force && (await exists(target)))
    throw new CliFailure(`${target} is there already.`, {
      exitStatus: fileExit,
      code: "file_exists",
      remedy: "Choose another place with --output, or replace it with --force.",
    });
  await mkdir(dirname(resolve(target)), { recursive: true });
  return target;
}

/** Fetches what the draft lacks. */
async function fetchDraft(
  parts: TransferParts,
  file: FileReference & { readonly url: string },
  draft: string,
): Promise<void> {
  const hash = createHash("sha256");
  let have = await sizeOf(draft);
  if (have > file.bytes) {
    await rm(draft);
    have = 0;
  }
  if (have > 0) for await (const piece of createReadStream(draft)) hash.update(piece as Uint8Array);
  const sink = (from: number) => createWriteStream(draft, { flags: from > 0 ? "a" : "w", flush: true });
  await fetchInto(parts, file, have, hash, sink, { end: true });
}

async function fetchInto(
  parts: TransferParts,
  file: FileReference & { readonly url: string },
  have: number,
  hash: ReturnType<typeof createHash>,
  sink: (from: number) => NodeJS.WritableStream,
  { end }: { readonly end: boolean },
): Promise<void> {
  const bar = progressBar(parts, file.fileName, file.bytes);
  let got = have;
  try {
    if (got < file.bytes || have === 0) {
      const headers = { "user-agent": parts.agent, ...(got > 0 ? { range: `bytes=${got}-` } : {}) };
      const response = await send(parts, parts.session.servers, file.url, { headers });
      if (!response.ok || response.body === null || (got > 0 && response.status !== 206))
        throw failureOf(kindOfStatus(response.status), {
          code: "download_refused",
          message: `The file was not given: status ${response.status}.`,
        });
      const counted = new Transform({
        transform(piece: Uint8Array, _encoding, next) {
          got += piece.length;
          hash.update(piece);
          bar.at(got);
          next(null, piece);
        },
      });
      await pipeline(response.body, counted, sink(have), { end }).catch((error: Error) => {
        throw failureOf("unavailable", {
          code: "download_broken",
          message: `The download broke off after ${bytesText(got)}: ${error.message}.`,
          remedy: "Give the same command again: it goes on where it stopped.",
        });
      });
    }
  } finally {
    bar.stop();
  }
  if (hash.digest("hex") !== file.sha256)
    throw failureOf("failed_precondition", {
      code: "damaged",
      message:
        "The bytes that arrived are not those of the file: the SHA-256 differs. They were thrown away.",
      remedy: "Give the command again.",
    });
}

interface Progress {
  at(bytes: number): void;
  stop(): void;
}

/** A bar on standard error, for people only. */
function progressBar(parts: TransferParts, name: string, bytes: number): Progress {
  if (parts.quiet || parts.terminal.stderr.isTTY !== true) return { at() {}, stop() {} };
  const bar = new SingleBar({
    format: `${name.slice(0, 30)} {bar} {percentage}% of ${bytesText(bytes)}, {eta_formatted} left`,
    stream: parts.terminal.stderr as NodeJS.WriteStream,
    hideCursor: true,
  });
  bar.start(bytes, 0);
  return { at: (sent) => bar.update(sent), stop: () => bar.stop() };
}

interface Remembered {
  get(mark: string): string | null;
  set(mark: string, url: string): Promise<void>;
  remove(uploadId: string): Promise<void>;
}

/** The addresses of uploads that may be gone on with, by a mark of the file and the server. */
async function openRemembered(path: string): Promise<Remembered> {
  const read = async (): Promise<Record<string, string>> => {
    const text = await readFile(path, "utf8").catch(() => "{}");
    try {
      return JSON.parse(text) as Record<string, string>;
    } catch {
      // Worth nothing but a second sending of the same bytes.
      return {};
    }
  };
  const first = await read();
  const write = (entries: Record<string, string>) =>
    writePrivately(path, `${JSON.stringify(entries, null, 2)}\n`);
  return {
    get: (mark) => first[mark] ?? null,
    set: async (mark, url) => write({ ...(await read()), [mark]: url }),
    remove: async (uploadId) =>
      write(
        Object.fromEntries(Object.entries(await read()).filter(([, url]) => !url.endsWith(`/${uploadId}`))),
      ),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => path.endsWith("/"),
  );
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
}
