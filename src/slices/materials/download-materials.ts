/** All materials of a course in one file. */
import { z } from "zod";
import { Archive, type ArchiveEntry, textEntry } from "#kernel/archive.ts";
import { belongsToCourse, courseIdField, courseName, loadStanding, outlineOf } from "#slices/courses/api.ts";
import { archivePaths } from "./archive-paths.ts";
import { type Material, materialIdField, materialsMax } from "./schema.ts";
import { operation } from "./tables.ts";
import { materialsAsSeen, seenModuleIds, viewerOf } from "./viewing.ts";

/** Names what the asker may open of a course's materials, in a folder for each module; links as a list in each. */
export const downloadMaterials = operation({
  name: "materials.downloadMaterials",
  summary:
    "Gives the materials of a course that you may open, or some of them, as one zip file with a folder for each module.",
  kind: "read",
  returns: "archive",
  input: z.strictObject({
    courseId: courseIdField,
    materialIds: z
      .array(materialIdField)
      .min(1)
      .max(materialsMax)
      .optional()
      .meta({ description: "Only these; all that you may open when it is left out." }),
  }),
  output: Archive,
  policy: belongsToCourse,
  async handle({ input, actor, db, now }) {
    const { courseId } = input;
    const viewer = viewerOf(actor, await loadStanding(db, actor, courseId));
    let select = db
      .selectFrom("materials")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .orderBy("module_id")
      .orderBy("place")
      .orderBy("id");
    if (!viewer.seesAll) select = select.where("module_id", "in", await seenModuleIds(db, courseId));
    const chosen = input.materialIds === undefined ? null : new Set(input.materialIds);
    const rows = (await select.execute()).filter(({ id }) => chosen?.has(id) ?? true);
    const seen = (await materialsAsSeen(db, viewer, rows, now)).filter(({ locks }) => locks.length === 0);
    const texts = await db
      .selectFrom("material_page_texts")
      .innerJoin("materials", (join) =>
        join
          .onRef("materials.id", "=", "material_page_texts.material_id")
          .onRef("materials.revision", "=", "material_page_texts.revision"),
      )
      .select(["material_page_texts.material_id as materialId", "material_page_texts.text as text"])
      .where("materials.course_id", "=", courseId)
      .execute();
    const pages = new Map(texts.map(({ materialId, text }) => [materialId, text]));
    const outline = await outlineOf(db, courseId, { drafts: viewer.seesAll });
    const modules = [...outline.modules, ...outline.sections.flatMap((section) => section.modules)];
    const paths = archivePaths(
      modules.map(({ moduleId, title }) => ({ id: moduleId, title })),
      seen.map(({ materialId, moduleId, title, file, kind }) => ({
        id: materialId,
        moduleId,
        name: kind === "file" ? (file?.fileName ?? title) : `${title}.${kind === "link" ? "url" : "md"}`,
      })),
    );
    const { code, term } = await courseName(db, courseId);
    return {
      fileName: `${code} ${term}.zip`,
      entries: seen.flatMap((material) => entryOf(material, paths.get(material.materialId) ?? "", pages)),
    };
  },
});

function entryOf(material: Material, path: string, pages: ReadonlyMap<string, string>): ArchiveEntry[] {
  const { materialId, kind, file, url, title, updatedAt } = material;
  if (kind === "link") return [textEntry(path, `[InternetShortcut]\r\nURL=${url ?? ""}\r\n`, updatedAt)];
  if (kind === "page") return [textEntry(path, `# ${title}\n\n${pages.get(materialId) ?? ""}\n`, updatedAt)];
  if (file === null) return [];
  return [{ path, bytes: file.bytes, sha256: file.sha256, text: null, modifiedAt: updatedAt }];
}
