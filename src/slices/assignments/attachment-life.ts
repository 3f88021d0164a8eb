/** Files of descriptions in the life of a course: they go along with a copy as they are at present, and go with a purge. */
import type { Kysely } from "kysely";
import { coursePartFor } from "#kernel/course-life.ts";
import type { Step } from "#kernel/step.ts";
import { attachmentHolder } from "./attachments.ts";
import type { AssignmentsTables } from "./tables.ts";

/** The newest version of each file that is not removed; it begins anew as the first. */
export const attachmentRows = coursePartFor<AssignmentsTables>()({
  choice: "assignments",
  read: ({ db, courseId }) =>
    db
      .selectFrom("assignments")
      .innerJoin("assignment_attachments", "assignment_attachments.assignment_id", "assignments.id")
      .innerJoin("assignment_attachment_versions", (join) =>
        join
          .onRef("assignment_attachment_versions.attachment_id", "=", "assignment_attachments.id")
          .onRef("assignment_attachment_versions.version", "=", "assignment_attachments.version"),
      )
      .selectAll("assignment_attachment_versions")
      .select("assignments.id as assignment_id")
      .where("assignments.course_id", "=", courseId)
      .where("assignment_attachments.removed_at", "is", null)
      .orderBy("assignment_attachments.id")
      .execute(),
  idOf: (row) => row.attachment_id,
  async write({ tx, now, courseId, by, newIdOf, blobs }, rows) {
    for (const { assignment_id, ...row } of rows) {
      const id = newIdOf(row.attachment_id);
      await blobs.hold(row, attachmentHolder(id));
      await tx
        .insertInto("assignment_attachments")
        .values({
          id,
          course_id: courseId,
          assignment_id: newIdOf(assignment_id),
          version: 1,
          removed_at: null,
        })
        .execute();
      await tx
        .insertInto("assignment_attachment_versions")
        .values({ ...row, attachment_id: id, version: 1, added_by: by, added_at: now })
        .execute();
    }
  },
});

const versionsPurgedAtOnce = 80;
const rowsPurgedAtOnce = 300;

/** Deletes a bounded piece of the files; whether there is more. Comes before the assignments that they belong to. */
export async function purgeAttachments(
  { tx, blobs }: Step<AssignmentsTables>,
  courseId: string,
): Promise<boolean> {
  const versions = await tx
    .selectFrom("assignments")
    .innerJoin("assignment_attachments", "assignment_attachments.assignment_id", "assignments.id")
    .innerJoin(
      "assignment_attachment_versions",
      "assignment_attachment_versions.attachment_id",
      "assignment_attachments.id",
    )
    .select(["attachment_id as id", "assignment_attachment_versions.version as version", "sha256"])
    .where("assignments.course_id", "=", courseId)
    .limit(versionsPurgedAtOnce)
    .execute();
  for (const { id, version, sha256 } of versions) {
    await blobs.release(sha256, attachmentHolder(id));
    await tx
      .deleteFrom("assignment_attachment_versions")
      .where("attachment_id", "=", id)
      .where("version", "=", version)
      .execute();
  }
  if (versions.length > 0) return true;
  const attachments = await tx
    .selectFrom("assignments")
    .innerJoin("assignment_attachments", "assignment_attachments.assignment_id", "assignments.id")
    .select("assignment_attachments.id as id")
    .where("assignments.course_id", "=", courseId)
    .limit(rowsPurgedAtOnce)
    .execute();
  const ids = attachments.map(({ id }) => id);
  if (ids.length > 0) await tx.deleteFrom("assignment_attachments").where("id", "in", ids).execute();
  return ids.length > 0;
}

/** Bytes of every version in each of these courses: what was replaced or removed is kept, and takes its room. */
export async function attachmentBytes(
  db: Kysely<AssignmentsTables>,
  courseIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("assignments")
    .innerJoin("assignment_attachments", "assignment_attachments.assignment_id", "assignments.id")
    .innerJoin(
      "assignment_attachment_versions",
      "assignment_attachment_versions.attachment_id",
      "assignment_attachments.id",
    )
    .select((each) => [
      "assignments.course_id as courseId",
      each.fn.sum<number>("assignment_attachment_versions.bytes").as("bytes"),
    ])
    .where("assignments.course_id", "in", courseIds)
    .groupBy("assignments.course_id")
    .execute();
  return new Map(rows.map(({ courseId, bytes }) => [courseId, Number(bytes)]));
}
