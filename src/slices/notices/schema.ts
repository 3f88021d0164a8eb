/** What the notices slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { CourseName, idField } from "#slices/courses/api.ts";

/** So long notices are kept; read or unread, nobody looks further back. */
export const noticeRetentionMs = 180 * 24 * 3_600_000;
/** Notices that one call marks as read. */
export const markMax = 100;
/** Mails at once that one person gets within a day; what comes after waits for the digest. */
export const mailsPerDayMax = 6;
/** Notices that one mail lists; it says how many more there are. */
export const noticesPerMailMax = 30;
const minutesPerDay = 24 * 60;

export const noticeIdField = idField("the notice");

export const noticeKinds = [
  "announcement_posted",
  "material_published",
  "assignment_published",
  "assignment_due_soon",
  "grade_released",
  "query_asked",
  "query_answered",
  "enrolment_started",
  "submission_received",
  "extension_granted",
  "grade_changed",
  "appeal_opened",
  "appeal_answered",
  "query_followed_up",
  "query_merged",
] as const;
export const NoticeKind = z.enum(noticeKinds).meta({
  id: "NoticeKind",
  description: "What happened; it says who is told, too: see the slice's README.",
});
export type NoticeKind = z.output<typeof NoticeKind>;

export const mailModes = ["at_once", "digest", "off"] as const;
export const MailMode = z
  .enum(mailModes)
  .meta({ id: "MailMode", description: "When a mail tells of it: soon, in the day's one digest, or never." });
export type MailMode = z.output<typeof MailMode>;

/** What a notice is about; which page it opens is the client's to say. */
export const NoticeSubject = z
  .object({
    announcementId: z.string().nullable(),
    materialId: z.string().nullable(),
    assignmentId: z.string().nullable(),
    queryId: z.string().nullable(),
    submissionId: z
      .string()
      .nullable()
      .meta({ description: "The work that is to be looked at, for those who grade it." }),
  })
  .meta({ id: "NoticeSubject" });

export const Notice = z
  .object({
    noticeId: z.string(),
    kind: NoticeKind,
    course: CourseName,
    subject: NoticeSubject,
    title: z.string().nullable().meta({
      description: "What it is about, by its present name; null when the reader may not see that any more.",
    }),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
    readAt: z.int().nullable().meta({ description: "Milliseconds UTC; null while it is unread." }),
  })
  .meta({ id: "Notice" });
export type Notice = z.output<typeof Notice>;

export const minuteOfDayField = z
  .int()
  .min(0)
  .max(minutesPerDay - 1);

export const NoticePreference = z
  .object({ kind: NoticeKind, mail: MailMode })
  .meta({ id: "NoticePreference" });

export const NoticePreferences = z
  .object({
    kinds: z.array(NoticePreference).meta({ description: "Every kind, with what holds for the reader." }),
    digestMinute: minuteOfDayField.meta({
      description: "When the digest leaves: minutes after midnight in the reader's time zone.",
    }),
    quietFrom: minuteOfDayField.nullable().meta({
      description: "No mail leaves from here on, minutes after midnight; null: there are no quiet hours.",
    }),
    quietTo: minuteOfDayField
      .nullable()
      .meta({ description: "Until here; past midnight where it is earlier." }),
    timeZone: z.string().meta({ description: "The time zone by which these times go." }),
    version: z.int(),
  })
  .meta({ id: "NoticePreferences" });
export type NoticePreferences = z.output<typeof NoticePreferences>;
