/** Putting a new material at the end of a module, whatever its kind. */
import { Refusal } from "#kernel/errors.ts";
import type { CommandContext } from "#kernel/operation.ts";
import { changedBy, cleanLine } from "#slices/courses/api.ts";
import { requireModule, requireRoom } from "./contents.ts";
import { materialAdded, materialPublished, materialReleased } from "./events.ts";
import { materialsMax } from "./schema.ts";
import type { MaterialKindName, MaterialsTable, MaterialsTables, RevisionColumns } from "./tables.ts";

/** What the refusals of adding are, beside those of the kind. */
export const addingRefusals = {
  course_contents_full: "failed_precondition",
  module_full: "failed_precondition",
} as const;

/** A revision without anything in it; a kind fills in what it has. */
export const emptyRevision: RevisionColumns = {
  url: "",
  file_name: "",
  media_type: "",
  bytes: 0,
  sha256: "",
  pages: null,
};

export interface NewMaterial {
  readonly kind: MaterialKindName;
  readonly courseId: string;
  readonly moduleId: string | null;
  readonly title: string;
  readonly description: string;
  readonly published: boolean;
  readonly content: RevisionColumns;
}

type Context = Pick<
  CommandContext<MaterialsTables, unknown, unknown>,
  "tx" | "actor" | "now" | "newId" | "emit"
>;

/** Adds the row and says so; refuses when the course or the module is full, or the module is none of the course. */
export async function addMaterial(context: Context, wish: NewMaterial): Promise<MaterialsTable> {
  const { tx, actor, now, newId, emit } = context;
  const { courseId } = wish;
  const { count } = await tx
    .selectFrom("materials")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("course_id", "=", courseId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= materialsMax)
    throw new Refusal("course_contents_full", `A course has at most ${materialsMax} materials.`);
  const moduleId = await requireModule(tx, courseId, wish.moduleId);
  const place = await requireRoom(tx, courseId, moduleId);
  const by = changedBy(actor);
  const row: MaterialsTable = {
    id: newId(),
    course_id: courseId,
    kind: wish.kind,
    title: cleanLine(wish.title),
    description: wish.description,
    published: wish.published ? 1 : 0,
    module_id: moduleId,
    place,
    ...wish.content,
    revision: 1,
    revision_note: "",
    revised_by: by,
    revised_at: now,
    publish_at: null,
    available_from: null,
    available_until: null,
    release_due_at: null,
    released_at: wish.published ? now : null,
    version: 1,
    created_by: by,
    created_at: now,
    updated_by: by,
    updated_at: now,
    removed_at: null,
  };
  await tx.insertInto("materials").values(row).execute();
  const facts = { materialId: row.id, courseId };
  emit(materialAdded, facts);
  if (wish.published) {
    emit(materialPublished, facts);
    emit(materialReleased, facts);
  }
  return row;
}
