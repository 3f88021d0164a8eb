/** What search finds of materials: title and description, the text of a page, and that of a file. */
import { mediaTypeOfDocument } from "#engines/inspector/port.ts";
import { tablesOf } from "#engines/store/port.ts";
import { type IndexedKind, idsOf, plainText, type SourceChange } from "#kernel/indexed-source.ts";
import { audienceOfCourse } from "#slices/courses/api.ts";
import { formatOf } from "./documents.ts";
import {
  materialAdded,
  materialPublished,
  materialRemoved,
  materialRestored,
  materialUnpublished,
  materialUpdated,
} from "./events.ts";
import { openMaterials } from "./open-materials.ts";
import type { MaterialsTable, MaterialsTables } from "./tables.ts";

const kind = "material";

export const indexedMaterials: IndexedKind = {
  kind,
  events: [
    materialAdded,
    materialUpdated,
    materialPublished,
    materialUnpublished,
    materialRemoved,
    materialRestored,
  ].map(({ type }) => type),
  sourceIds: ({ data }) => [String(data.materialId)],
  async changes(database, sourceIds) {
    const rows = await tablesOf<MaterialsTables>(database)
      .selectFrom("materials")
      .leftJoin("material_page_texts as page", (join) =>
        join.onRef("page.material_id", "=", "materials.id").onRef("page.revision", "=", "materials.revision"),
      )
      .selectAll("materials")
      .select("page.text as page_text")
      .where("id", "in", sourceIds)
      .where("removed_at", "is", null)
      .execute();
    const found = new Map(rows.map((row) => [row.id, row]));
    return sourceIds.flatMap((sourceId): SourceChange[] => {
      const row = found.get(sourceId);
      return row === undefined ? [{ kind, sourceId, change: "remove" }] : changesOf(row);
    });
  },
  idsAfter: idsOf<MaterialsTables>()("materials", { kept: true }),
  async readable({ database, actor, now }, sourceIds) {
    const open = await openMaterials(database, actor, { materialIds: sourceIds, now });
    return new Map(
      [...open].map(([id, { courseId, title, file }]) => [
        id,
        { courseId, title, sha256: file?.sha256 ?? "" },
      ]),
    );
  },
};

/** A page that is longer is cut into several entries, so that excerpts and ranking stay sharp. */
const pageLettersMax = 6_000;

/** Drafts are indexed for everybody of the course too: whether they are published may change with nothing but the clock. */
function changesOf(row: MaterialsTable & { readonly page_text: string | null }): SourceChange[] {
  const source = { kind, sourceId: row.id, audiences: [audienceOfCourse(row.course_id)] };
  const { title, sha256, bytes } = row;
  // Markdown bears no mark of its own in its bytes.
  const isMarkdown = row.media_type === "text/plain" && /\.(md|markdown)$/i.test(row.file_name);
  const format = formatOf(row);
  const known = format === null ? row.media_type : mediaTypeOfDocument(format);
  const mediaType = isMarkdown ? "text/markdown" : known;
  const entries = [
    { place: "", title, heading: "", body: plainText(row.description) },
    ...piecesOf(plainText(row.page_text ?? "")).map((body) => ({ place: "", title: "", heading: "", body })),
  ];
  if (sha256 === "") return [{ ...source, change: "replace", part: "about", entries }];
  return [
    { ...source, change: "replace", part: "about", entries },
    { ...source, change: "file", file: { sha256, mediaType, bytes, title } },
  ];
}

/** A text in pieces, each ending with a line. */
function piecesOf(text: string): string[] {
  const found: string[] = [];
  let piece = "";
  for (const line of text.split("\n")) {
    if (piece !== "" && piece.length + line.length > pageLettersMax) {
      found.push(piece);
      piece = "";
    }
    piece += `${line}\n`;
  }
  return piece.trim() === "" ? found : [...found, piece];
}
