/**
 * The file that a command refers to: looked up at the node that took it, and put on so many nodes that no dead one can
 * take it along, before the command goes on. Bytes never travel in commands, only what is found out here.
 */
import type { JsonObject } from "#base/json.ts";
import type { FinishedUpload, Upload } from "#engines/blobs/port.ts";
import type { ReplicatedBlobs } from "#engines/blobs/replicated/port.ts";
import { type Actor, actorKey } from "./actor.ts";
import { type Failure, invalidField, refusalOf } from "./errors.ts";
import type { UploadedBlob } from "./held-blobs.ts";
import type { Services } from "./services.ts";

/** What a node found out about an upload for the node that leads: whose it is and what it is, or why it cannot be used. */
export type UploadFacts =
  | { readonly owner: string; readonly blob: UploadedBlob }
  | { readonly refusal: Failure };

export interface UploadParts {
  readonly services: Pick<Services, "blobs">;
  /** The other nodes' files; null for a node alone. */
  readonly replicas: ReplicatedBlobs | null;
}

/** The finished upload that `input` names, safe on a quorum of the nodes. Refuses what is not the actor's or not whole. */
export async function uploadedBlob(
  parts: UploadParts,
  actor: Actor,
  input: JsonObject,
): Promise<UploadedBlob> {
  const { replicas } = parts;
  const { blobs } = parts.services;
  const id = String(input.uploadId);
  const owner = actorKey(actor);
  const local = await blobs.upload(id);
  const upload = local ?? (await replicas?.findUpload(id, owner)) ?? null;
  if (upload === null || upload.owner !== owner) throw noSuchUpload();
  const finished = upload.finished ?? (local === null ? null : await finishIfWhole(parts, local));
  if (finished === null)
    throw invalidField(
      "uploadId",
      `This upload is not complete yet: ${upload.bytesReceived} bytes have arrived.`,
    );
  await replicas?.ensure(finished);
  const { sha256, bytes, mediaType } = finished;
  return { sha256, bytes, mediaType, fileName: upload.fileName };
}

/** What another node found out, as the node that leads sees it: once more only for whoever sent the file. */
export function foundBlob(facts: UploadFacts, actor: Actor): UploadedBlob {
  if ("refusal" in facts) throw refusalOf(facts.refusal);
  if (facts.owner !== actorKey(actor)) throw noSuchUpload();
  return facts.blob;
}

/** An upload whose last byte came just before a crash is whole, but was never finished: that is made up for here. */
async function finishIfWhole({ services }: UploadParts, upload: Upload): Promise<FinishedUpload | null> {
  const isWhole = upload.bytesReceived === upload.bytesExpected;
  return isWhole ? (await services.blobs.finishUpload(upload.id)).finished : null;
}

function noSuchUpload() {
  return invalidField(
    "uploadId",
    "There is no upload of yours with this id. It may have expired: send the file again.",
  );
}
