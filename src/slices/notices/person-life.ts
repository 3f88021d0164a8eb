/** Notices in the life of a person: all of it is theirs. */
import { personLifeFor } from "#kernel/person-life.ts";
import { mergeInNotices } from "./merge-person.ts";
import type { NoticesTables } from "./tables.ts";

export const noticesPerson = personLifeFor<NoticesTables>()({
  merge: mergeInNotices,
  tables: {
    notices: {
      key: ["id"],
      theirs: ["person_id"],
      shown: "Notices",
      unique: [["person_id", "event_key"]],
      leaveOut: ["event_key", "mail_at", "mail_as", "mail_id"],
    },
    notice_mails: { key: ["id"], theirs: ["person_id"], shown: "Mails that told of notices" },
    notice_preferences: {
      key: ["person_id", "kind"],
      theirs: ["person_id"],
      shown: "What notices are mailed",
      whenMerged: "ended",
    },
    notice_settings: {
      key: ["person_id"],
      theirs: ["person_id"],
      shown: "When notices are mailed",
      whenMerged: "ended",
    },
    reminders: "nobody",
  },
});
