/** Today: what is due, what is new, where one was, and what waits for those who teach. */
import { z } from "zod";
import type { Database } from "#engines/store/port.ts";
import type { Actor, Person } from "#kernel/actor.ts";
import { personOf, signedIn } from "#kernel/policy.ts";
import { gradesReleasedSince, waitingWork } from "#slices/assignments/api.ts";
import { type AttendedCourse, announcementsBetween, attendedCourses } from "#slices/courses/api.ts";
import { hiddenColumns } from "#slices/grades/api.ts";
import { timeZonesOf } from "#slices/identity/api.ts";
import { materialsReleasedSince, recentReading } from "#slices/materials/api.ts";
import { answersSince, waitingQueries } from "#slices/queries/api.ts";
import { type Courses, dueItems, markOf } from "./due-items.ts";
import { type NewsItem, newsMax, recentMax, Today, waitingMax } from "./schema.ts";
import { operation } from "./tables.ts";
import { isNewVisit, newsSince } from "./visits.ts";

/**
 * Gathers Today on one snapshot, by a fixed number of queries and a few for each course. It changes nothing: that this
 * was a visit is kept by `recordVisit`. Archived courses ask for nothing any more.
 */
export const getToday = operation({
  name: "progress.getToday",
  summary: "Shows what is due, what is new since your last visit, where you were, and what waits for you.",
  kind: "read",
  input: z.strictObject({}),
  output: Today,
  policy: signedIn,
  underView: "narrowed",
  async handle({ actor, db, now }) {
    const person = personOf(actor);
    const all = (await attendedCourses(db, actor)).filter(
      (course) => !course.isArchived && isShown(actor, course),
    );
    const courses = new Map(all.map((course) => [course.courseId, course]));
    const studied = all.filter(({ studies }) => studies).map(({ courseId }) => courseId);
    const taught = all.filter(({ teaches }) => teaches).map(({ courseId }) => courseId);
    const managed = all.filter(({ manages }) => manages).map(({ courseId }) => courseId);
    const timeZone = (await timeZonesOf(db, [person.personId])).get(person.personId) ?? "UTC";
    const visit = await db
      .selectFrom("today_visits")
      .select(["since_at", "seen_at"])
      .where("person_id", "=", person.personId)
      .executeTakeFirst();
    const since = newsSince(visit, now);
    const reading = await recentReading(db, person, { courseIds: studied, limit: recentMax, now });
    const grading = await waitingWork(db, { taught, managed, limit: waitingMax });
    const queries = await waitingQueries(db, taught, waitingMax);
    return {
      studies: studied.length > 0,
      teaches: taught.length > 0,
      timeZone,
      now,
      due: await dueItems(db, courses, { personId: person.personId, courseIds: studied, now, timeZone }),
      news: await newsItems(db, person, courses, { studied, since, now }),
      newsSince: since,
      recordsVisit: person.view === undefined && isNewVisit(visit, now),
      reading: reading.map((material) => ({
        ...markOf(courses, material.courseId),
        materialId: material.materialId,
        title: material.title,
        place: material.myReading?.place ?? null,
        pages: material.pages,
        openedAt: material.myReading?.openedAt ?? now,
      })),
      grading: grading.map((one) => ({ ...one, ...markOf(courses, one.courseId) })),
      queries: queries.map((one) => ({ ...one, ...markOf(courses, one.courseId) })),
    };
  },
});

/** Whoever looks as a student of one course sees what concerns that course. */
function isShown(actor: Actor, { courseId }: AttendedCourse): boolean {
  const viewed = actor.kind === "person" ? (actor.view?.courseId ?? null) : null;
  return viewed === null || viewed === courseId;
}

async function newsItems(
  database: Database,
  person: Person,
  courses: Courses,
  {
    studied: courseIds,
    since,
    now,
  }: { readonly studied: readonly string[]; readonly since: number; readonly now: number },
): Promise<NewsItem[]> {
  const { personId } = person;
  const limit = newsMax;
  const materials = await materialsReleasedSince(database, person, { courseIds, since, limit, now });
  // One more than the last moment: what is announced at `now` itself is news too.
  const announced = await announcementsBetween(database, courseIds, { from: since + 1, to: now + 1, limit });
  const grades = await gradesReleasedSince(database, { personId, courseIds, since, limit });
  const hidden = await hiddenColumns(database, courseIds);
  const answers = await answersSince(database, { personId, courseIds, since, limit });
  const item = (kind: NewsItem["kind"], courseId: string, subjectId: string, title: string, at: number) => ({
    ...markOf(courses, courseId),
    ...{ kind, subjectId, title, at },
  });
  return [
    ...materials.map(({ material, releasedAt }) =>
      item("material", material.courseId, material.materialId, material.title, releasedAt),
    ),
    ...announced.map((one) =>
      item("announcement", one.courseId, one.announcementId, one.title, one.postedAt),
    ),
    ...grades
      .filter(({ assignmentId }) => !hidden.has(assignmentId))
      .map((one) => item("grade", one.courseId, one.assignmentId, one.title, one.releasedAt)),
    ...answers.map((one) => item("answer", one.courseId, one.queryId, one.title, one.answeredAt)),
  ]
    .sort((one, other) => other.at - one.at || (one.subjectId < other.subjectId ? -1 : 1))
    .slice(0, newsMax);
}
