/** What search finds of materials: title and description, and the text of the file. */
import { tablesOf } from "#engines/store/port.ts";
import type { IndexedKind, SourceChange } from "#kernel/indexed-source.ts";
import { plainText } from "#kernel/indexed-source.ts";
import { audienceOfCourse, standingsIn } from "#slices/courses/api.ts";
import {
  materialAdded,
  materialPublished,
  materialRemoved,
  materialRestored,
  materialUnpublished,
  materialUpdated,
} from "./events.ts";
import { decideOpen } from "./policy.ts";
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
      .selectAll()
      .where("id", "in", sourceIds)
      .where("removed_at", "is", null)
      .execute();
    const found = new Map(rows.map((row) => [row.id, row]));
    return sourceIds.flatMap((sourceId): SourceChange[] => {
      const row = found.get(sourceId);
      return row === undefined ? [{ kind, sourceId, change: "remove" }] : changesOf(row);
    });
  },
  async idsAfter(database, { after, limit, courseId }) {
    const select = tablesOf<MaterialsTables>(database)
      .selectFrom("materials")
      .select("id")
      .where("id", ">", after)
      .where("removed_at", "is", null)
      .orderBy("id")
      .limit(limit);
    const rows = await (courseId === undefined ? select : select.where("course_id", "=", courseId)).execute();
    return rows.map(({ id }) => id);
  },
  async readable({ database, actor }, sourceIds) {
    const rows = await tablesOf<MaterialsTables>(database)
      .selectFrom("materials")
      .select(["id", "course_id", "title", "published", "removed_at", "sha256"])
      .where("id", "in", sourceIds)
      .execute();
    const standings = await standingsIn(
      database,
      actor,
      rows.map((row) => row.course_id),
    );
    return new Map(
      rows.flatMap((row) => {
        const standing = standings.get(row.course_id) ?? { kind: "outsider" };
        const facts = { published: row.published === 1, removed: row.removed_at !== null };
        if (!decideOpen(standing, facts).allowed) return [];
        return [[row.id, { courseId: row.course_id, title: row.title, sha256: row.sha256 }]];
      }),
    );
  },
};

/** Drafts are indexed for everybody of the course too: whether they are published may change with nothing but the clock. */
function changesOf(row: MaterialsTable): SourceChange[] {
  const source = { kind, sourceId: row.id, audiences: [audienceOfCourse(row.course_id)] };
  const { title, sha256, bytes } = row;
  // Markdown bears no mark of its own in its bytes.
  const isMarkdown = row.media_type === "text/plain" && /\.(md|markdown)$/i.test(row.file_name);
  const mediaType = isMarkdown ? "text/markdown" : row.media_type;
  const entries = [{ place: "", title, heading: "", body: plainText(row.description) }];
  return [
    { ...source, change: "replace", part: "about", entries },
    { ...source, change: "file", file: { sha256, mediaType, bytes, title } },
  ];
}
