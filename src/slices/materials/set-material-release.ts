/** When a material opens, and for whom. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { invalidField } from "#kernel/errors.ts";
import { changedBy, groupNamesOf, requireVersion, versionField } from "#slices/courses/api.ts";
import { materialUpdated } from "./events.ts";
import { datesOf, materialRow, requireThere } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { publicationOf, sayPublication } from "./publication.ts";
import { closesCircle, contradictionIn } from "./release.ts";
import {
  instantField,
  Material,
  materialIdField,
  Prerequisite,
  prerequisitesMax,
  releaseGroupsMax,
} from "./schema.ts";
import { type MaterialsTable, type MaterialsTables, operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

type Wish = z.output<typeof input>;

const input = z.strictObject({
  materialId: materialIdField,
  version: versionField("the material"),
  publishAt: instantField("When the draft publishes itself; only for a draft.").default(null),
  availableFrom: instantField("Students see it, locked, before this moment.").default(null),
  availableUntil: instantField("From this moment on it is locked again.").default(null),
  after: z
    .array(Prerequisite)
    .max(prerequisitesMax)
    .default([])
    .meta({ description: "What must be read or handed in before, all of it." }),
  groupIds: z
    .array(z.string().min(1).max(64))
    .max(releaseGroupsMax)
    .default([])
    .meta({ description: "Groups of the course that it is for; empty for everybody." }),
});

/** Sets all rules of a material's release at once; what is left out is taken away. */
export const setMaterialRelease = operation({
  name: "materials.setMaterialRelease",
  summary: "Sets when a material opens: by date, after other items, for groups.",
  kind: "command",
  input,
  output: Material,
  policy: changesMaterial,
  refusals: { stale_version: "conflict", material_removed: "failed_precondition" },
  async handle({ input: wish, actor, tx, now, emit }) {
    const row = await materialRow(tx, wish.materialId);
    requireThere(row);
    await requireVersion(tx, "the material", row, wish.version);
    const { publishAt, availableFrom, availableUntil } = wish;
    if (publishAt !== null && row.published === 1)
      throw invalidField(
        "publishAt",
        "This is published already. Make it a draft first, or set availableFrom.",
      );
    const contradiction = contradictionIn({ publishAt, availableFrom, availableUntil });
    if (contradiction !== null) throw invalidField(contradiction.field, contradiction.message);
    await setPrerequisites(tx, row, wish.after);
    await setGroups(tx, row, wish.groupIds);
    const dates = { ...datesOf(row), publishAt, availableFrom, availableUntil };
    const publication = publicationOf(row, dates, now);
    const changes = {
      ...publication.changes,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
    emit(materialUpdated, { materialId: row.id, courseId: row.course_id });
    sayPublication(emit, row, publication);
    return shownToStaff(tx, { ...row, ...changes }, now);
  },
});

async function setPrerequisites(
  tx: Kysely<MaterialsTables>,
  row: MaterialsTable,
  after: Wish["after"],
): Promise<void> {
  const known = await requiredIn(tx, row.course_id);
  for (const [index, { kind, id }] of after.entries()) {
    const field = `after.${index}`;
    if (!(await isOfCourse(tx, row.course_id, kind, id)))
      throw invalidField(field, `This course has no such ${kind} (any more).`);
    if (kind === "material" && closesCircle(row.id, [id], known))
      throw invalidField(
        field,
        "This would close a circle: that material waits for this one, so neither would open.",
      );
  }
  await tx.deleteFrom("material_prerequisites").where("material_id", "=", row.id).execute();
  const rows = new Map(
    after.map(({ kind, id }) => [
      `${kind} ${id}`,
      { material_id: row.id, kind, required_id: id, course_id: row.course_id },
    ]),
  );
  if (rows.size > 0)
    await tx
      .insertInto("material_prerequisites")
      .values([...rows.values()])
      .execute();
}

async function setGroups(
  tx: Kysely<MaterialsTables>,
  row: MaterialsTable,
  groupIds: readonly string[],
): Promise<void> {
  const known = await groupNamesOf(tx, row.course_id, groupIds);
  for (const [index, id] of groupIds.entries())
    if (!known.has(id)) throw invalidField(`groupIds.${index}`, "This course has no such group (any more).");
  await tx.deleteFrom("material_groups").where("material_id", "=", row.id).execute();
  const rows = [...new Set(groupIds)].map((id) => ({
    material_id: row.id,
    group_id: id,
    course_id: row.course_id,
  }));
  if (rows.length > 0) await tx.insertInto("material_groups").values(rows).execute();
}

/** Which materials each material of the course requires. */
async function requiredIn(
  tx: Kysely<MaterialsTables>,
  courseId: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tx
    .selectFrom("material_prerequisites")
    .select(["material_id", "required_id"])
    .where("course_id", "=", courseId)
    .where("kind", "=", "material")
    .execute();
  const found = new Map<string, string[]>();
  for (const { material_id, required_id } of rows)
    found.set(material_id, [...(found.get(material_id) ?? []), required_id]);
  return found;
}

async function isOfCourse(
  tx: Kysely<MaterialsTables>,
  courseId: string,
  kind: "material" | "assignment",
  id: string,
): Promise<boolean> {
  const found =
    kind === "material"
      ? await tx
          .selectFrom("materials")
          .select("id")
          .where("id", "=", id)
          .where("course_id", "=", courseId)
          .where("removed_at", "is", null)
          .executeTakeFirst()
      : await tx
          .selectFrom("course_assignments")
          .select("assignment_id")
          .where("assignment_id", "=", id)
          .where("course_id", "=", courseId)
          .executeTakeFirst();
  return found !== undefined;
}
