/** One piece of work as its graders need it. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { courseTimeZone } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { appealsOf } from "./appeal.ts";
import { assignmentOf, assignmentRow } from "./assignments.ts";
import { feedbackFilesOf } from "./feedback-files.ts";
import { latenessOf, membersOf } from "./grade-writer.ts";
import { Appeal, FeedbackFile, GradingSettings, Mark, Rubric } from "./grading-schema.ts";
import { gradingRow, gradingSettingsOf } from "./grading-settings.ts";
import { rosterFields } from "./list-submissions.ts";
import { placesSeenBy } from "./marking.ts";
import { fromHundredths } from "./points.ts";
import { gradesSubmission } from "./policy.ts";
import { nameView } from "./pseudonyms.ts";
import { neighboursOf } from "./roster.ts";
import { currentRubric, levelReader, rubricOf } from "./rubrics.ts";
import { Assignment, SubmittedWork, submissionIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { workOf } from "./work.ts";

/** Gives a piece of work with its rubric, marks, appeals and files given back, and who comes before and after it. */
export const getSubmission = operation({
  name: "assignments.getSubmission",
  summary:
    "Gives one submission as its graders need it, with the rubric, its marks, and its neighbours in the list.",
  kind: "read",
  input: z.strictObject({ submissionId: submissionIdField, ...rosterFields }),
  output: z
    .object({
      assignment: Assignment,
      grading: GradingSettings,
      rubric: Rubric.nullable(),
      work: SubmittedWork,
      isWithdrawn: z.boolean(),
      latePercent: z
        .int()
        .meta({ description: "How many percent lateness costs this work as things stand." }),
      memberPoints: z
        .array(z.object({ studentId: z.string(), name: z.string(), points: z.number().nullable() }))
        .meta({ description: "For work of a group: what each member was given before lateness." }),
      marks: z.array(Mark).meta({ description: "Those of the two marks that you may see." }),
      marksGiven: z.int().meta({ description: "How many of the two marks there are for this attempt." }),
      feedbackFiles: z.array(FeedbackFile),
      appeals: z.array(Appeal).meta({ description: "The latest first." }),
      place: z
        .int()
        .meta({ description: "Which one it is among those that the filter leaves, from 1; 0 for none." }),
      count: z.int(),
      previousSubmissionId: z.string().nullable(),
      nextSubmissionId: z.string().nullable(),
    })
    .meta({ id: "SubmissionToGrade" }),
  policy: gradesSubmission,
  async handle({ input, actor, db, now }) {
    const row = await db
      .selectFrom("submissions")
      .selectAll()
      .where("id", "=", input.submissionId)
      .executeTakeFirstOrThrow();
    const assignment = await assignmentRow(db, row.assignment_id);
    const settings = await gradingRow(db, assignment);
    const rubric = await currentRubric(db, assignment.id);
    const marks = await db
      .selectFrom("marks")
      .selectAll()
      .where("submission_id", "=", row.id)
      .orderBy("place")
      .execute();
    const viewerId = actor.kind === "person" ? actor.personId : "";
    const given = marks.map((mark) => ({ place: mark.place, markerId: mark.marker_id }));
    const seen = new Set(placesSeenBy(viewerId, { marking: settings.marking, given }));
    const levels = await levelReader(db, marks);
    const people = await peopleByIds(
      db,
      marks.map((mark) => mark.marker_id),
    );
    const members = await membersOf(db, row);
    const names = await nameView(db, assignment.id, members);
    const memberGrades = await db
      .selectFrom("grades")
      .select(["student_id", "raw_hundredths", "points_hundredths"])
      .where("submission_id", "=", row.id)
      .execute();
    const appeals = await db
      .selectFrom("appeals")
      .selectAll()
      .where("submission_id", "=", row.id)
      .orderBy("id", "desc")
      .execute();
    const [work] = await workOf(db, assignment, [row]);
    const timeZone = await courseTimeZone(db, assignment.course_id);
    return {
      assignment: assignmentOf(assignment, { now, timeZone, teaches: true }),
      grading: await gradingSettingsOf(db, settings),
      rubric: rubric === null ? null : await rubricOf(db, rubric),
      work: present(work, "one row makes one piece of work"),
      isWithdrawn: row.withdrawn_at !== null,
      latePercent: (await latenessOf(db, assignment, row)).percent,
      memberPoints:
        row.group_id === null
          ? []
          : members.map((studentId) => {
              const grade = memberGrades.find((each) => each.student_id === studentId);
              const raw = grade === undefined ? null : (grade.raw_hundredths ?? grade.points_hundredths);
              return {
                studentId: names.idOf(studentId),
                name: names.nameOf(studentId),
                points: raw === null ? null : fromHundredths(raw),
              };
            }),
      marks: marks
        .filter(({ place }) => seen.has(place))
        .map((mark) => ({
          place: mark.place,
          marker: { personId: mark.marker_id, name: people.get(mark.marker_id)?.name ?? "" },
          attempt: mark.attempt,
          points: fromHundredths(mark.points_hundredths),
          levels: levels(mark),
          feedback: mark.feedback,
          markedAt: mark.marked_at,
        })),
      marksGiven: marks.filter((mark) => mark.attempt === row.attempt).length,
      feedbackFiles: [...((await feedbackFilesOf(db, [row.id])).get(row.id) ?? [])],
      appeals: await appealsOf(db, appeals),
      ...(await neighboursOf(db, assignment, row.id, {
        filter: input.filter,
        sort: input.sort,
        search: input.search,
      })),
    };
  },
});
