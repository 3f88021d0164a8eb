/**
 * Materials in the life of a course: copied as they are at present, with their files held once more, and let go when the
 * course is deleted. Who has read what, and what they were before, stays with the old course.
 */
import { courseLifeFor, coursePartFor } from "#kernel/course-life.ts";
import type { Step } from "#kernel/step.ts";
import { holderOf } from "./materials.ts";
import { releaseDueAt } from "./release.ts";
import { blobsOf } from "./revise-material.ts";
import { bytesByCourse } from "./storage.ts";
import type { MaterialsTables } from "./tables.ts";

const part = coursePartFor<MaterialsTables>();

const materialRows = part({
  choice: "materials",
  read: ({ db, courseId }) =>
    db
      .selectFrom("materials")
      .leftJoin("material_page_texts as page", (join) =>
        join.onRef("page.material_id", "=", "materials.id").onRef("page.revision", "=", "materials.revision"),
      )
      .selectAll("materials")
      .select("page.text as page_text")
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .orderBy("materials.id")
      .execute(),
  idOf: (row) => row.id,
  dates: (row) =>
    (["publish_at", "available_from", "available_until"] as const).flatMap((field) => {
      const at = row[field];
      return at === null ? [] : [{ title: row.title, field, at }];
    }),
  async write({ tx, now, courseId, by, newIdOf, newIdIfCopied, shift, relinked, blobs }, rows) {
    for (const { page_text, ...row } of rows) {
      const id = newIdOf(row.id);
      if (row.sha256 !== "") await blobs.hold(row, holderOf(id));
      const dates = {
        published: row.published === 1,
        publishAt: shift(row.publish_at),
        availableFrom: shift(row.available_from),
        availableUntil: shift(row.available_until),
      };
      await tx
        .insertInto("materials")
        .values({
          ...row,
          id,
          course_id: courseId,
          module_id: newIdIfCopied(row.module_id === "" ? null : row.module_id) ?? "",
          description: relinked(row.description),
          publish_at: dates.publishAt,
          available_from: dates.availableFrom,
          available_until: dates.availableUntil,
          // A copy tells nobody of what lies open in it from its first day.
          released_at: row.published === 1 && (dates.availableFrom ?? 0) <= now ? now : null,
          release_due_at: releaseDueAt(dates, false, now),
          revision: 1,
          revision_note: "",
          revised_by: by,
          revised_at: now,
          version: 1,
          created_by: by,
          created_at: now,
          updated_by: by,
          updated_at: now,
        })
        .execute();
      if (page_text !== null)
        await tx
          .insertInto("material_page_texts")
          .values({ material_id: id, revision: 1, text: relinked(page_text) })
          .execute();
    }
  },
});

const ofThere = (db: Tx, courseId: string) =>
  db.selectFrom("materials").select("id").where("course_id", "=", courseId).where("removed_at", "is", null);

const images = part({
  choice: "materials",
  read: ({ db, courseId }) =>
    db
      .selectFrom("material_page_images")
      .selectAll()
      .where("material_id", "in", ofThere(db, courseId))
      .orderBy("id")
      .execute(),
  idOf: (row) => row.id,
  async write({ tx, now, by, newIdOf, blobs }, rows) {
    for (const row of rows) {
      const material_id = newIdOf(row.material_id);
      await blobs.hold(row, holderOf(material_id));
      const fresh = { id: newIdOf(row.id), material_id, created_by: by, created_at: now };
      await tx
        .insertInto("material_page_images")
        .values({ ...row, ...fresh })
        .execute();
    }
  },
});

const captions = part({
  choice: "materials",
  read: ({ db, courseId }) =>
    db
      .selectFrom("material_captions")
      .selectAll()
      .where("material_id", "in", ofThere(db, courseId))
      .orderBy("id")
      .execute(),
  idOf: (row) => row.id,
  async write({ tx, now, by, newIdOf, blobs }, rows) {
    for (const row of rows) {
      const material_id = newIdOf(row.material_id);
      await blobs.hold(row, holderOf(material_id));
      const fresh = { id: newIdOf(row.id), material_id, created_by: by, created_at: now };
      await tx
        .insertInto("material_captions")
        .values({ ...row, ...fresh })
        .execute();
    }
  },
});

const prerequisites = part({
  choice: "materials",
  rowsEach: 1,
  read: ({ db, courseId }) =>
    db
      .selectFrom("material_prerequisites")
      .selectAll()
      .where("material_id", "in", ofThere(db, courseId))
      .orderBy("material_id")
      .orderBy("required_id")
      .execute(),
  idOf: () => null,
  async write({ tx, courseId, newIdOf, newIdIfCopied }, rows) {
    for (const { material_id, kind, required_id } of rows) {
      const required = newIdIfCopied(required_id);
      if (required === null) continue;
      await tx
        .insertInto("material_prerequisites")
        .values({ material_id: newIdOf(material_id), kind, required_id: required, course_id: courseId })
        .execute();
    }
  },
});

const placedAssignments = part({
  choice: "assignments",
  rowsEach: 1,
  read: ({ db, courseId }) =>
    db
      .selectFrom("course_assignments")
      .selectAll()
      .where("course_id", "=", courseId)
      .orderBy("assignment_id")
      .execute(),
  idOf: () => null,
  async write({ tx, courseId, newIdIfCopied }, rows) {
    for (const row of rows) {
      const assignment_id = newIdIfCopied(row.assignment_id);
      if (assignment_id === null) continue;
      const module_id = newIdIfCopied(row.module_id === "" ? null : row.module_id) ?? "";
      await tx
        .insertInto("course_assignments")
        .values({ ...row, assignment_id, course_id: courseId, module_id })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  },
});

const purgedAtOnce = 200;

export const materialsLife = courseLifeFor<MaterialsTables>()({
  async groupSetUses(db, { courseId, groupIds }) {
    if (groupIds.length === 0) return [];
    const rows = await db
      .selectFrom("material_groups")
      .innerJoin("materials", "materials.id", "material_groups.material_id")
      .select(["materials.id as id", "materials.title as title"])
      .distinct()
      .where("material_groups.course_id", "=", courseId)
      .where("material_groups.group_id", "in", groupIds)
      .where("materials.removed_at", "is", null)
      .orderBy("materials.id")
      .execute();
    return rows.map((row) => ({ kind: "material", ...row }));
  },
  parts: [materialRows, images, captions, prerequisites, placedAssignments],
  async purge({ tx, blobs }, courseId) {
    if ((await purgeReadings(tx, courseId)) || (await purgeAssignments(tx, courseId))) return true;
    const row = await tx
      .selectFrom("materials")
      .select("id")
      .where("course_id", "=", courseId)
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return false;
    // One material has some hundred rows at most: revisions, images, captions and rules have their limits.
    for (const { sha256 } of await blobsOf(tx, row.id)) await blobs.release(sha256, holderOf(row.id));
    for (const table of [
      "material_revisions",
      "material_page_texts",
      "material_page_drafts",
      "material_page_images",
      "material_captions",
      "material_prerequisites",
      "material_groups",
    ] as const)
      await tx.deleteFrom(table).where("material_id", "=", row.id).execute();
    await tx.deleteFrom("materials").where("id", "=", row.id).execute();
    return true;
  },
  async bytes(db, courseIds) {
    const found = await bytesByCourse(db, courseIds);
    return new Map([...found].map(([courseId, taught]) => [courseId, { taught, handedIn: 0 }]));
  },
});

type Tx = Step<MaterialsTables>["tx"];

/** Deletes what people have read, at most so many rows; whether there may be more. */
async function purgeReadings(tx: Tx, courseId: string): Promise<boolean> {
  const rows = await tx
    .selectFrom("material_readings")
    .select(["material_id", "person_id"])
    .where("course_id", "=", courseId)
    .limit(purgedAtOnce)
    .execute();
  for (const { material_id, person_id } of rows)
    await tx
      .deleteFrom("material_readings")
      .where("material_id", "=", material_id)
      .where("person_id", "=", person_id)
      .execute();
  return rows.length === purgedAtOnce;
}

/** Deletes what the feed has told of assignments, at most so many rows; whether there may be more. */
async function purgeAssignments(tx: Tx, courseId: string): Promise<boolean> {
  const [assignment] = await tx
    .selectFrom("course_assignments")
    .select("assignment_id")
    .where("course_id", "=", courseId)
    .limit(1)
    .execute();
  if (assignment === undefined) return false;
  const handedIn = await tx
    .selectFrom("assignments_handed_in")
    .select("person_id")
    .where("course_id", "=", courseId)
    .where("assignment_id", "=", assignment.assignment_id)
    .limit(purgedAtOnce)
    .execute();
  for (const { person_id } of handedIn)
    await tx
      .deleteFrom("assignments_handed_in")
      .where("person_id", "=", person_id)
      .where("course_id", "=", courseId)
      .where("assignment_id", "=", assignment.assignment_id)
      .execute();
  if (handedIn.length < purgedAtOnce)
    await tx.deleteFrom("course_assignments").where("assignment_id", "=", assignment.assignment_id).execute();
  return true;
}
