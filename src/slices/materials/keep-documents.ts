/**
 * Keeps what was read from office documents in step with the documents: reads those that came before there was a reader,
 * or that an older one has read, and forgets what belongs to no file any more.
 */
import type { Kysely } from "kysely";
import { documentMediaTypes } from "#engines/inspector/port.ts";
import type { Step } from "#kernel/step.ts";
import { documentHolder, documentReaderVersion, wantDocument } from "./documents.ts";
import { readDocumentType } from "./read-document-type.ts";
import { type MaterialsTables, schedule } from "./tables.ts";

type Db = Kysely<MaterialsTables>;

const atOnceMax = 50;
/** A document that has waited for so long was forgotten by its job, which has failed too often. */
const waitedMsMax = 6 * 3_600_000;

export const keepDocuments = schedule({
  name: "materials.keepDocuments",
  everyMs: 10 * 60_000,
  async run({ now, read, write }) {
    const unread = await read(unreadFiles);
    const unwanted = await read(unwantedDocuments);
    const outdated = await read((db) => outdatedDocuments(db, now - waitedMsMax));
    if (unread.length + unwanted.length + outdated.length === 0) return false;
    await write(async (step) => {
      for (const file of unread) await wantDocument(step, file);
      for (const document of unwanted) await forget(step, document);
      for (const { sha256 } of outdated) await askAgain(step, sha256);
    });
    return [unread, unwanted, outdated].some(({ length }) => length === atOnceMax);
  },
});

/** Office documents of materials, at present or in a revision that is kept, that nobody has asked to be read. */
async function unreadFiles(db: Db) {
  const found = [];
  for (const table of ["materials", "material_revisions"] as const)
    found.push(
      ...(await db
        .selectFrom(table)
        .leftJoin("material_documents", "material_documents.sha256", `${table}.sha256`)
        .select([`${table}.sha256 as sha256`, `${table}.media_type as media_type`])
        .select(`${table}.file_name as file_name`)
        .where(`${table}.media_type`, "in", documentMediaTypes)
        .where("material_documents.sha256", "is", null)
        .limit(atOnceMax)
        .execute()),
    );
  return found.slice(0, atOnceMax);
}

interface Kept {
  readonly sha256: string;
  readonly html: string;
}

function unwantedDocuments(db: Db): Promise<Kept[]> {
  return db
    .selectFrom("material_documents")
    .leftJoin("materials", "materials.sha256", "material_documents.sha256")
    .leftJoin("material_revisions", "material_revisions.sha256", "material_documents.sha256")
    .select(["material_documents.sha256 as sha256", "material_documents.html_sha256 as html"])
    .where("materials.id", "is", null)
    .where("material_revisions.material_id", "is", null)
    .limit(atOnceMax)
    .execute();
}

function outdatedDocuments(db: Db, waitingSince: number): Promise<Pick<Kept, "sha256">[]> {
  return db
    .selectFrom("material_documents")
    .select("sha256")
    .where((each) =>
      each.or([
        each("reader_version", "<", documentReaderVersion),
        each.and([each("state", "=", "waiting"), each("asked_at", "<", waitingSince)]),
      ]),
    )
    .limit(atOnceMax)
    .execute();
}

async function forget({ tx, blobs }: Step<MaterialsTables>, { sha256, html }: Kept): Promise<void> {
  await tx.deleteFrom("material_documents").where("sha256", "=", sha256).execute();
  if (html !== "") await blobs.release(html, documentHolder(sha256));
}

async function askAgain({ tx, now, blobs, enqueue }: Step<MaterialsTables>, sha256: string): Promise<void> {
  const { html } = await tx
    .selectFrom("material_documents")
    .select("html_sha256 as html")
    .where("sha256", "=", sha256)
    .executeTakeFirstOrThrow();
  if (html !== "") await blobs.release(html, documentHolder(sha256));
  await tx
    .updateTable("material_documents")
    .set({
      ...{ state: "waiting", problem: "", html_sha256: "", html_bytes: 0, is_cut: 0 },
      ...{ reader_version: documentReaderVersion, asked_at: now },
    })
    .where("sha256", "=", sha256)
    .execute();
  await enqueue(readDocumentType, { sha256 });
}
