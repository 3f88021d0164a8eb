/** Telling everyone in a course something, now or later. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { setFiles } from "./announcement-files.ts";
import { requirePinnable, requireScheduled } from "./announcement-rules.ts";
import {
  Announcement,
  announcementBodyField,
  announcementsMax,
  announcementTitleField,
  fileIdsField,
  pinnedField,
} from "./announcement-schema.ts";
import { announcementOf } from "./announcements.ts";
import { announcementPosted, announcementScheduled } from "./events.ts";
import { teachesCourse } from "./policy.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Posts an announcement, which everyone in the course sees at once; or keeps it for later. */
export const postAnnouncement = operation({
  name: "courses.postAnnouncement",
  summary: "Posts an announcement to everyone in a course, at once or at a time of your choice.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    title: announcementTitleField,
    body: announcementBodyField.default(""),
    publishAt: z.int().optional().meta({
      description: "When to post it, in milliseconds UTC; absent: at once, or once the course is published.",
    }),
    pinned: pinnedField.default(false),
    fileIds: fileIdsField.default([]),
  }),
  output: Announcement,
  policy: teachesCourse,
  refusals: { too_many_announcements: "failed_precondition", too_many_pinned: "failed_precondition" },
  examples: [
    {
      summary: "A change of room",
      input: { courseId: "01a1fc9d-feda-7000-ab33-c7ffadd4fa47", title: "Tomorrow in room 204" },
    },
  ],
  async handle({ input, actor, tx, now, newId, emit, blobs }) {
    const { courseId, publishAt } = input;
    const { posted } = await tx
      .selectFrom("announcements")
      .select((each) => each.fn.countAll<number>().as("posted"))
      .where("course_id", "=", courseId)
      .executeTakeFirstOrThrow();
    if (Number(posted) >= announcementsMax)
      throw new Refusal("too_many_announcements", `A course keeps up to ${announcementsMax} announcements.`);
    if (publishAt !== undefined) requireScheduled(publishAt, now);
    if (input.pinned) await requirePinnable(tx, courseId);
    const course = await tx
      .selectFrom("courses")
      .select("published")
      .where("id", "=", courseId)
      .executeTakeFirstOrThrow();
    // In a draft nobody would hear of it: it waits until the course is published.
    const isPosted = publishAt === undefined && course.published === 1;
    const by = changedBy(actor);
    const row = {
      id: newId(),
      course_id: courseId,
      title: input.title.trim(),
      body: input.body,
      posted_by: by,
      posted_at: publishAt ?? now,
      posted: isPosted ? 1 : 0,
      pinned: input.pinned ? 1 : 0,
      edited_at: null,
      removed_at: null,
      version: 1,
      updated_by: by,
      updated_at: now,
    } as const;
    await tx.insertInto("announcements").values(row).execute();
    await setFiles({ tx, blobs }, input.fileIds, { announcementId: row.id, courseId, personId: by });
    const facts = { announcementId: row.id, courseId };
    if (isPosted) emit(announcementPosted, { ...facts, postedBy: by });
    else emit(announcementScheduled, facts);
    return announcementOf(tx, row, actor);
  },
});
