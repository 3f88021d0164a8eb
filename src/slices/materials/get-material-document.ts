/** What is in an office document, for reading it in the browser. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { formatOf } from "./documents.ts";
import { materialRow, rowAtRevision } from "./materials.ts";
import { opensMaterial } from "./policy.ts";
import { MaterialDocument, materialIdField, revisionField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives the document as HTML once it has been read; a moment after its upload it is not yet. */
export const getMaterialDocument = operation({
  name: "materials.getMaterialDocument",
  summary: "Gives what is in an office document as HTML in which nothing runs and nothing is loaded.",
  kind: "read",
  returns: "blobs",
  input: z.strictObject({ materialId: materialIdField, revision: revisionField.optional() }),
  output: MaterialDocument,
  policy: opensMaterial,
  refusals: { not_a_document: "failed_precondition" },
  async handle({ input, db }) {
    const row = await rowAtRevision(db, await materialRow(db, input.materialId), input.revision);
    const format = formatOf(row);
    if (format === null)
      throw new Refusal("not_a_document", "This material is no office document. Download its file instead.");
    const found = await db
      .selectFrom("material_documents")
      .selectAll()
      .where("sha256", "=", row.sha256)
      .executeTakeFirst();
    const { materialId } = input;
    const about = { materialId, revision: row.revision, format };
    // A document from before there was a reader is asked for by the schedule.
    if (found === undefined)
      return { ...about, state: "waiting" as const, problem: null, isCut: false, html: null };
    return {
      ...about,
      state: found.state,
      problem: found.problem === "" ? null : found.problem,
      isCut: found.is_cut === 1,
      html:
        found.state === "ready"
          ? {
              fileName: `${row.title}.html`,
              mediaType: "text/html",
              bytes: found.html_bytes,
              sha256: found.html_sha256,
            }
          : null,
    };
  },
});
