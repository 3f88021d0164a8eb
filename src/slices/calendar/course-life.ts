/** What takes place, in the life of a course: it goes along with the outline, by as many days, and ends with the course. */
import { courseLifeFor, coursePartFor } from "#kernel/course-life.ts";
import { dropRowsOfCourse } from "#kernel/drop-rows.ts";
import type { CalendarTables } from "./tables.ts";

const eventRows = coursePartFor<CalendarTables>()({
  choice: "outline",
  rowsEach: 1,
  read: ({ db, courseId }) =>
    db
      .selectFrom("calendar_events")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .orderBy("starts_at")
      .orderBy("id")
      .execute(),
  idOf: (row) => row.id,
  dates: ({ title, starts_at: startsAt, ends_at: endsAt }) => [
    { title, field: "starts_at", at: startsAt },
    { title, field: "ends_at", at: endsAt },
  ],
  async write({ tx, now, courseId, by, newIdOf, shift, relinked }, rows) {
    for (const row of rows)
      await tx
        .insertInto("calendar_events")
        .values({
          ...row,
          id: newIdOf(row.id),
          course_id: courseId,
          // A series of another course is another series; its new name only has to be one that nobody else has.
          series_id: row.series_id === "" ? "" : `${courseId}:${row.series_id}`,
          note: relinked(row.note),
          starts_at: shift(row.starts_at),
          ends_at: shift(row.ends_at),
          version: 1,
          updated_by: by,
          updated_at: now,
        })
        .execute();
  },
});

export const calendarLife = courseLifeFor<CalendarTables>()({
  parts: [eventRows],
  purge: ({ tx }, courseId) => dropRowsOfCourse(tx, ["calendar_events"], courseId),
});
