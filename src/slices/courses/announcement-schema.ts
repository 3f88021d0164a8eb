/** What announcements say on the wire: the noun, the fields of the inputs about it, and every limit on them. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { lineField } from "#kernel/line-field.ts";
import { idField, PersonName, titleLengthMax } from "./schema.ts";

export const announcementBodyLengthMax = 10_000;
/** Announcements of one course, removed ones included. */
export const announcementsMax = 2_000;
/** Pinned ones of one course: what stands above all else must not be a list of its own. */
export const pinnedMax = 5;
/** How far ahead one may be scheduled; later dates are slips of the finger. */
export const scheduledMsMax = 2 * 366 * 24 * 3_600_000;
/** Announcements that one call marks as read. */
export const markReadMax = 100;
/** Unread ones are counted so far. */
export const unreadCountMax = 100;
/** Files beside one announcement. */
export const announcementFilesMax = 5;
export const announcementFileBytesMax = 25 * 1024 ** 2;
/** Files of one person in one course that are in no announcement yet. */
export const unsentFilesMax = 20;

export const announcementIdField = idField("the announcement");
export const announcementTitleField = lineField(titleLengthMax, "What it is about, in one line.");
export const announcementBodyField = z
  .string()
  .max(announcementBodyLengthMax)
  .meta({ description: "The announcement, in plain text or Markdown." });
export const pinnedField = z
  .boolean()
  .meta({ description: `Whether it stays at the top of the list; up to ${pinnedMax} of a course do.` });
export const fileIdsField = z
  .array(idField("a file that you have added"))
  .max(announcementFilesMax)
  .meta({ description: "Files added before with addAnnouncementFile." });

/** `scheduled`: only those who teach see it yet, and nobody is told of it; `posted`: everyone in the course sees it. */
export const AnnouncementState = z.enum(["scheduled", "posted"]).meta({ id: "AnnouncementState" });
export type AnnouncementState = z.output<typeof AnnouncementState>;

/** Which announcements a list gives. */
export const AnnouncementList = z.enum(["posted", "scheduled", "removed"]).meta({ id: "AnnouncementList" });

export const AnnouncementFile = z
  .object({ fileId: z.string(), file: FileReference })
  .meta({ id: "AnnouncementFile" });
export type AnnouncementFile = z.output<typeof AnnouncementFile>;

/** How many of a course's students have read something. */
export const ReadCount = z.object({ read: z.int(), students: z.int() }).meta({ id: "ReadCount" });
export type ReadCount = z.output<typeof ReadCount>;

export const Announcement = z
  .object({
    announcementId: z.string(),
    courseId: z.string(),
    title: z.string(),
    body: z.string(),
    postedBy: PersonName,
    postedAt: z.int().meta({
      description:
        "When it was posted, in milliseconds UTC; of a scheduled one, when it will be. Where that has passed, it waits for the course to be published.",
    }),
    removedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was removed." }),
    state: AnnouncementState,
    isPinned: z.boolean(),
    isUnread: z.boolean().meta({ description: "Whether you have yet to read it; never for your own." }),
    editedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was edited." }),
    files: z.array(AnnouncementFile),
    readers: ReadCount.nullable().meta({ description: "Only for those who teach the course." }),
    version: z.int(),
  })
  .meta({ id: "Announcement" });
export type Announcement = z.output<typeof Announcement>;

export const AnnouncementReader = z
  .object({
    person: PersonName,
    readAt: z.int().nullable().meta({ description: "Milliseconds UTC; null while it is unread." }),
  })
  .meta({ id: "AnnouncementReader" });

export const UnreadAnnouncements = z
  .object({ courseId: z.string(), unread: z.int() })
  .meta({ id: "UnreadAnnouncements" });
