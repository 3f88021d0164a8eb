/** Who has read an announcement, for those who teach. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { changesAnnouncement } from "./announcement-policy.ts";
import { AnnouncementReader, announcementIdField } from "./announcement-schema.ts";
import { announcementRow } from "./announcements.ts";
import { operation } from "./tables.ts";

/** Lists the students of the course, in the order in which they came, with when each has read the announcement. */
export const listAnnouncementReaders = operation({
  name: "courses.listAnnouncementReaders",
  summary: "Lists the students of a course, with when each has read an announcement.",
  kind: "read",
  input: z.strictObject({ announcementId: announcementIdField, ...pageFields }),
  output: pageOf(AnnouncementReader),
  policy: changesAnnouncement,
  async handle({ input, db }) {
    const { course_id } = await announcementRow(db, input.announcementId);
    const select = db
      .selectFrom("enrolments")
      .leftJoin("announcement_reads", (join) =>
        join
          .onRef("announcement_reads.person_id", "=", "enrolments.person_id")
          .on("announcement_reads.announcement_id", "=", input.announcementId),
      )
      .select([
        "enrolments.id as id",
        "enrolments.person_id as personId",
        "announcement_reads.read_at as readAt",
      ])
      .where("enrolments.course_id", "=", course_id)
      .where("enrolments.role", "=", "student")
      .where("enrolments.ended_at", "is", null);
    const page = await pageById(select, input, "oldest first", "enrolments.id");
    const people = await peopleByIds(
      db,
      page.items.map(({ personId }) => personId),
    );
    return {
      items: page.items.map(({ personId, readAt }) => ({
        person: { personId, name: people.get(personId)?.name ?? "" },
        readAt,
      })),
      nextCursor: page.nextCursor,
    };
  },
});
