/** The rows that the notices slice owns. */
import { jobFor } from "#kernel/job.ts";
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import { scheduleFor } from "#kernel/slice-schedule.ts";
import type { MailMode, NoticeKind } from "./schema.ts";

/** One thing that one person should know. It has no words of its own: they are made from what it is about, when it is shown. */
export interface NoticesTable {
  id: string;
  person_id: string;
  /** What makes it one and the same: the same event twice is one notice. Unique for its person. */
  event_key: string;
  kind: NoticeKind;
  course_id: string;
  /** The announcement, material, assignment or query, as its kind says; the course itself for an enrolment. */
  subject_id: string;
  created_at: number;
  read_at: number | null;
  /** When a mail is to tell of it; null when none is, or when one has taken it up. */
  mail_at: number | null;
  /** Which mail that is to be: one of its own, or the digest. */
  mail_as: "at_once" | "digest" | null;
  /** The mail that has taken it up. */
  mail_id: string | null;
}

/** A mail that tells a person of some notices; the notices name it. */
export interface NoticeMailsTable {
  id: string;
  person_id: string;
  is_digest: 0 | 1;
  made_at: number;
  /** When the mail server took it, or it was found to have nothing more to say. */
  ended_at: number | null;
}

export interface NoticePreferencesTable {
  person_id: string;
  kind: NoticeKind;
  mail: MailMode;
}

export interface NoticeSettingsTable {
  person_id: string;
  digest_minute: number;
  quiet_from: number | null;
  quiet_to: number | null;
  version: number;
}

/** A due date of which those who have yet to hand in were reminded. */
export interface RemindersTable {
  assignment_id: string;
  due_at: number;
  reminded_at: number;
}

export interface NoticesTables {
  notices: NoticesTable;
  notice_mails: NoticeMailsTable;
  notice_preferences: NoticePreferencesTable;
  notice_settings: NoticeSettingsTable;
  reminders: RemindersTable;
}

/** Every table, with the columns that hold personal data. */
export const noticesTables: Readonly<Record<keyof NoticesTables, TableFacts>> = {
  notices: { personal: ["person_id"] },
  notice_mails: { personal: ["person_id"] },
  notice_preferences: { personal: ["person_id"] },
  notice_settings: { personal: ["person_id", "digest_minute", "quiet_from", "quiet_to"] },
  reminders: { personal: [] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<NoticesTables>();
/** Declares a job over these tables. */
export const job = jobFor<NoticesTables>();
/** Declares a schedule over these tables. */
export const schedule = scheduleFor<NoticesTables>();
