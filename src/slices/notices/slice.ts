/** Table of contents of notices: what people should know, in the app and by mail. */
import type { Slice } from "#kernel/slice.ts";
import { countNotices } from "./count-notices.ts";
import { noticesLife } from "./course-life.ts";
import { getNoticePreferences } from "./get-notice-preferences.ts";
import { listNotices } from "./list-notices.ts";
import { markNoticesRead } from "./mark-notices-read.ts";
import { notices } from "./migrations/0001-notices.ts";
import { noticesPerson } from "./person-life.ts";
import { remindOfDueDates, remindStudents } from "./remind.ts";
import { sendNotices } from "./send-notices.ts";
import { noticesTables } from "./tables.ts";
import { mailNotices } from "./take-up.ts";
import { spreadNotice, tellOfEvents } from "./tell.ts";
import { trimNotices } from "./trim-notices.ts";
import { unsubscribe } from "./unsubscribe.ts";
import { updateNoticePreferences } from "./update-notice-preferences.ts";

export const noticesSlice = {
  name: "notices",
  grpcService: "NoticesService",
  summary: "What people should know of their courses: in the app, and by mail as they like it.",
  operations: [
    listNotices,
    countNotices,
    markNoticesRead,
    getNoticePreferences,
    updateNoticePreferences,
    unsubscribe,
  ],
  followers: [tellOfEvents],
  jobs: [spreadNotice, remindStudents, sendNotices],
  schedules: [mailNotices, remindOfDueDates, trimNotices],
  migrations: [notices],
  tables: noticesTables,
  course: noticesLife,
  person: noticesPerson,
} as const satisfies Slice;
