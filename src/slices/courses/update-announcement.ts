/** Changing what was announced, or when it will be. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { setFiles } from "./announcement-files.ts";
import { changesAnnouncement } from "./announcement-policy.ts";
import { requirePinnable, requireScheduled } from "./announcement-rules.ts";
import {
  Announcement,
  announcementBodyField,
  announcementIdField,
  announcementTitleField,
  fileIdsField,
  pinnedField,
} from "./announcement-schema.ts";
import { announcementOf, announcementRow } from "./announcements.ts";
import { announcementPosted, announcementUpdated } from "./events.ts";
import { versionField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy, requireVersion } from "./versions.ts";

/** Changes the fields that are given. Nobody is told again of a posted one; it says that it was edited. */
export const updateAnnouncement = operation({
  name: "courses.updateAnnouncement",
  summary: "Edits an announcement, pins it, or changes when it is posted.",
  kind: "command",
  input: z.strictObject({
    announcementId: announcementIdField,
    version: versionField("the announcement"),
    title: announcementTitleField.optional(),
    body: announcementBodyField.optional(),
    publishAt: z.int().nullable().optional().meta({
      description: "Of a scheduled one: another time, in milliseconds UTC; null to post it now.",
    }),
    pinned: pinnedField.optional(),
    fileIds: fileIdsField.optional().meta({ description: "All of its files; those left out go." }),
  }),
  output: Announcement,
  policy: changesAnnouncement,
  refusals: {
    stale_version: "conflict",
    announcement_removed: "failed_precondition",
    already_posted: "failed_precondition",
    too_many_pinned: "failed_precondition",
  },
  async handle({ input, actor, tx, now, emit, blobs }) {
    const row = await announcementRow(tx, input.announcementId);
    if (row.removed_at !== null)
      throw new Refusal("announcement_removed", "This announcement was removed. Restore it to change it.");
    await requireVersion(tx, "the announcement", row, input.version);
    const { publishAt } = input;
    if (publishAt !== undefined && row.posted === 1)
      throw new Refusal("already_posted", "This announcement is posted already: its time stays as it is.");
    if (publishAt != null) requireScheduled(publishAt, now);
    if (input.pinned === true && row.pinned === 0) await requirePinnable(tx, row.course_id);
    const by = changedBy(actor);
    const { id: announcementId, course_id: courseId } = row;
    const title = (input.title ?? row.title).trim();
    const body = input.body ?? row.body;
    const isOther = title !== row.title || body !== row.body || input.fileIds !== undefined;
    const course = await tx
      .selectFrom("courses")
      .select("published")
      .where("id", "=", courseId)
      .executeTakeFirstOrThrow();
    const isPostedNow = publishAt === null && course.published === 1;
    const changes = {
      title,
      body,
      pinned: (input.pinned ?? row.pinned === 1) ? 1 : 0,
      posted_at: publishAt === null ? now : (publishAt ?? row.posted_at),
      posted: isPostedNow ? 1 : row.posted,
      edited_at: row.posted === 1 && isOther ? now : row.edited_at,
      version: row.version + 1,
      updated_by: by,
      updated_at: now,
    } as const;
    await tx.updateTable("announcements").set(changes).where("id", "=", announcementId).execute();
    if (input.fileIds !== undefined)
      await setFiles({ tx, blobs }, input.fileIds, { announcementId, courseId, personId: by });
    if (isPostedNow) emit(announcementPosted, { announcementId, courseId, postedBy: row.posted_by });
    else emit(announcementUpdated, { announcementId, courseId });
    return announcementOf(tx, { ...row, ...changes }, actor);
  },
});
