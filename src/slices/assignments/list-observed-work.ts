/** A student's work in a course, for somebody who observes them. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf } from "#kernel/policy.ts";
import { courseIdField, groupsOfPerson, idField, loadStanding, teaches } from "#slices/courses/api.ts";
import { observesStudentInCourse } from "#slices/observers/api.ts";
import { gradeOf, gradeParts } from "./assignments.ts";
import { fromHundredths } from "./points.ts";
import { hiddenAssignments } from "./pseudonyms.ts";
import { ObservedWork } from "./schema.ts";
import { type AssignmentsTables, type GradesTable, operation } from "./tables.ts";
import { factColumns, statesOf } from "./work-states.ts";

type Db = Kysely<AssignmentsTables>;

/**
 * The published assignments of a course with where the student stands with each, and the grade with its feedback once it
 * is released. Neither drafts nor what was handed in are part of it. To an observer who teaches the course, what is
 * graded without names does not exist here.
 */
export const listObservedWork = operation({
  name: "assignments.listObservedWork",
  summary:
    "Lists the assignments of a student whom you observe: due dates, states, released grades with feedback.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, studentId: idField("the student"), ...pageFields }),
  output: pageOf(ObservedWork),
  policy: observesStudentInCourse,
  async handle({ input, actor, db, now }) {
    const { courseId, studentId, limit } = input;
    const isStaff = teaches(await loadStanding(db, personOf(actor), courseId));
    let select = db
      .selectFrom("assignments")
      .select(factColumns)
      .where("course_id", "=", courseId)
      .where("published", "=", 1);
    if (isStaff) select = select.where("id", "not in", hiddenAssignments(db, courseId));
    if (input.cursor !== undefined) {
      const [key, id] = decodeCursor(input.cursor, ["integer", "text"]);
      select = select.where((each) =>
        each.or([each("due_key", ">", key), each.and([each("due_key", "=", key), each("id", ">", id)])]),
      );
    }
    const rows = await select
      .orderBy("due_key")
      .orderBy("id")
      .limit(limit + 1)
      .execute();
    const page = cutPage(
      rows,
      limit,
      (row) => [row.due_key, row.id],
      (row) => row,
    );
    const states = await statesOf(db, page.items, { courseId, personId: studentId, now });
    const grades = await releasedGrades(db, {
      ...{ courseId, studentId },
      assignmentIds: page.items.map(({ id }) => id),
    });
    const parts = await gradeParts(db, [...grades.values()]);
    return {
      nextCursor: page.nextCursor,
      items: page.items.flatMap(({ id, title, points_max_hundredths }) => {
        const state = states.get(id);
        if (state === undefined) return [];
        const grade = grades.get(id);
        const { hasDraft: _, ...shown } = state;
        return [
          {
            ...{ assignmentId: id, title, pointsMax: fromHundredths(points_max_hundredths) },
            ...shown,
            // A draft is the student's own business.
            state: state.state === "draft" ? ("to_do" as const) : state.state,
            grade: grade === undefined ? null : gradeOf(grade, points_max_hundredths, parts),
          },
        ];
      }),
    };
  },
});

/** The released grade of each piece of work that stands for the student, by the assignment: their own, or their group's. */
async function releasedGrades(
  db: Db,
  {
    courseId,
    studentId,
    assignmentIds,
  }: { readonly courseId: string; readonly studentId: string; readonly assignmentIds: readonly string[] },
): Promise<ReadonlyMap<string, GradesTable>> {
  if (assignmentIds.length === 0) return new Map();
  const groupIds = (await groupsOfPerson(db, courseId, studentId)).map(({ groupId }) => groupId);
  const rows = await db
    .selectFrom("grades")
    .innerJoin("submissions", "submissions.id", "grades.submission_id")
    .selectAll("grades")
    .where("grades.assignment_id", "in", assignmentIds)
    .where("grades.released_at", "is not", null)
    .where("submissions.withdrawn_at", "is", null)
    .where((each) => {
      // A group's mark stands beside whoever handed in first, where no member has one of their own.
      const own = each.and([
        each("submissions.group_id", "is", null),
        each("submissions.student_id", "=", studentId),
        each("grades.student_id", "=", studentId),
      ]);
      if (groupIds.length === 0) return own;
      const shared = each.and([
        each("submissions.group_id", "in", groupIds),
        each.or([
          each("grades.student_id", "=", studentId),
          each("grades.student_id", "=", each.ref("submissions.student_id")),
        ]),
      ]);
      return each.or([own, shared]);
    })
    .execute();
  const found = new Map<string, GradesTable>();
  for (const row of rows)
    if (row.student_id === studentId || !found.has(row.assignment_id)) found.set(row.assignment_id, row);
  return found;
}
