/** Everything that ever happened to the grade of a piece of work. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { GradeChange } from "./grading-schema.ts";
import { fromHundredths } from "./points.ts";
import { gradesSubmission } from "./policy.ts";
import { nameView } from "./pseudonyms.ts";
import { levelReader } from "./rubrics.ts";
import { submissionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the changes of a grade, the newest first: who, when, from what to what, and why. */
export const getGradeHistory = operation({
  name: "assignments.getGradeHistory",
  summary: "Lists every change of a submission's grade: who, when, from what to what, and why.",
  kind: "read",
  input: z.strictObject({ submissionId: submissionIdField, ...pageFields }),
  output: pageOf(GradeChange),
  policy: gradesSubmission,
  async handle({ input, db }) {
    const select = db.selectFrom("grade_changes").selectAll().where("submission_id", "=", input.submissionId);
    const page = await pageById(select, input, "newest first");
    const [first] = page.items;
    if (first === undefined) return { items: [], nextCursor: null };
    const people = await peopleByIds(
      db,
      page.items.map((row) => row.changed_by),
    );
    const names = await nameView(
      db,
      first.assignment_id,
      page.items.map((row) => row.student_id),
    );
    const levels = await levelReader(db, page.items);
    return {
      ...page,
      items: page.items.map((row) => ({
        kind: row.kind,
        studentId: names.idOf(row.student_id),
        attempt: row.attempt,
        pointsBefore: row.from_hundredths === null ? null : fromHundredths(row.from_hundredths),
        points: fromHundredths(row.to_hundredths),
        rawPoints: fromHundredths(row.raw_hundredths),
        latePercent: row.late_percent,
        levels: levels(row),
        feedback: row.feedback,
        reason: row.reason,
        changedBy: { personId: row.changed_by, name: people.get(row.changed_by)?.name ?? "" },
        changedAt: row.changed_at,
      })),
    };
  },
});
