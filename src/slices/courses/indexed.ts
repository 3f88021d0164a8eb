/** What search finds of courses: their names and summaries, and what was announced in them. */
import { tablesOf } from "#engines/store/port.ts";
import { type IndexedKind, idsOf, plainText, type SourceChange } from "#kernel/indexed-source.ts";
import { audienceOfCourse, audienceOfStaff, standingsIn } from "./audiences.ts";
import {
  announcementPosted,
  announcementRemoved,
  announcementRestored,
  announcementScheduled,
  announcementUpdated,
  courseCreated,
  courseUpdated,
} from "./events.ts";
import { belongs, teaches } from "./policy.ts";
import type { CoursesTables } from "./tables.ts";

export const indexedCourses: IndexedKind = {
  kind: "course",
  events: [courseCreated.type, courseUpdated.type],
  sourceIds: ({ data }) => [String(data.courseId)],
  async changes(database, sourceIds) {
    const rows = await tablesOf<CoursesTables>(database)
      .selectFrom("courses")
      .select(["id", "code", "term", "title", "summary"])
      .where("id", "in", sourceIds)
      .execute();
    const found = new Map(rows.map((row) => [row.id, row]));
    return sourceIds.map((sourceId): SourceChange => {
      const source = { kind: "course", sourceId };
      const row = found.get(sourceId);
      if (row === undefined) return { ...source, change: "remove" };
      const title = row.title;
      const heading = `${row.code} · ${row.term}`;
      const entries = [{ place: "", title, heading, body: plainText(row.summary) }];
      return { ...source, change: "replace", part: "about", audiences: [audienceOfCourse(row.id)], entries };
    });
  },
  idsAfter: idsOf<CoursesTables>()("courses", { course: "id" }),
  async readable({ database, actor }, sourceIds) {
    const standings = await standingsIn(database, actor, sourceIds);
    const mine = sourceIds.filter((id) => {
      const standing = standings.get(id);
      return standing !== undefined && belongs(standing);
    });
    if (mine.length === 0) return new Map();
    const rows = await tablesOf<CoursesTables>(database)
      .selectFrom("courses")
      .select(["id", "title"])
      .where("id", "in", mine)
      .execute();
    return new Map(rows.map(({ id, title }) => [id, { courseId: id, title }]));
  },
};

export const indexedAnnouncements: IndexedKind = {
  kind: "announcement",
  events: [
    announcementPosted,
    announcementScheduled,
    announcementUpdated,
    announcementRemoved,
    announcementRestored,
  ].map(({ type }) => type),
  sourceIds: ({ data }) => [String(data.announcementId)],
  async changes(database, sourceIds) {
    const rows = await tablesOf<CoursesTables>(database)
      .selectFrom("announcements")
      .select(["id", "course_id", "title", "body", "posted"])
      .where("id", "in", sourceIds)
      .where("removed_at", "is", null)
      .execute();
    const found = new Map(rows.map((row) => [row.id, row]));
    return sourceIds.map((sourceId): SourceChange => {
      const source = { kind: "announcement", sourceId };
      const row = found.get(sourceId);
      if (row === undefined) return { ...source, change: "remove" };
      const entries = [{ place: "", title: row.title, heading: "", body: plainText(row.body) }];
      const audienceOf = row.posted === 1 ? audienceOfCourse : audienceOfStaff;
      const audiences = [audienceOf(row.course_id)];
      return { ...source, change: "replace", part: "about", audiences, entries };
    });
  },
  idsAfter: idsOf<CoursesTables>()("announcements", { kept: true }),
  async readable({ database, actor }, sourceIds) {
    const rows = await tablesOf<CoursesTables>(database)
      .selectFrom("announcements")
      .select(["id", "course_id", "title", "posted"])
      .where("id", "in", sourceIds)
      .where("removed_at", "is", null)
      .execute();
    const standings = await standingsIn(
      database,
      actor,
      rows.map((row) => row.course_id),
    );
    return new Map(
      rows.flatMap((row) => {
        const standing = standings.get(row.course_id);
        const sees = row.posted === 1 ? belongs : teaches;
        if (standing === undefined || !sees(standing)) return [];
        return [[row.id, { courseId: row.course_id, title: row.title }]];
      }),
    );
  },
};
