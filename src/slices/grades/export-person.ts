/** What an export says of somebody's marks in gradebooks: those that they may see. */
import { personSectionFor } from "#kernel/person-life.ts";
import type { GradesTables } from "./tables.ts";

/** What is not posted is private to those who teach, and no part of it. */
export const cellsSection = personSectionFor<GradesTables>()({
  name: "gradebook-marks",
  title: "Marks in gradebooks",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("grade_cells")
      .innerJoin("grade_columns", "grade_columns.id", "grade_cells.column_id")
      .select(["grade_cells.course_id as course_id", "title", "hundredths", "hundredths_max", "excused"])
      .where("student_id", "=", personId)
      .where("posted", "=", 1)
      .orderBy("column_id")
      .limit(limit)
      .offset(offset)
      .execute();
    return {
      rows: rows.map(({ hundredths, hundredths_max, excused, ...row }) => ({
        ...row,
        points: hundredths === null ? null : hundredths / 100,
        points_max: hundredths_max / 100,
        excused: excused === 1,
      })),
    };
  },
});
