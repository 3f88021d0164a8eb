/** How an assignment is graded: by one or two, by whom, and whether students may appeal. */
import { z } from "zod";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { changedBy, courseStaff, idField, requireVersion } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { appealDaysMax, GradingSettings, Marking, markersMax } from "./grading-schema.ts";
import { gradingRow, gradingSettingsOf, putGradingRow } from "./grading-settings.ts";
import { managesAssignment } from "./policy.ts";
import { assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

const markersField = (what: string) =>
  z
    .array(idField("a person who teaches the course"))
    .max(markersMax)
    .optional()
    .meta({ description: `Who may be the ${what} marker; nobody: everyone who teaches.` });

/** Changes what is given. Between one marker and two nothing changes any more once there are marks. */
export const updateGrading = operation({
  name: "assignments.updateGrading",
  summary:
    "Says how an assignment is graded: one or two markers, who they are, and how long students may appeal.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    version: z.int().min(0).meta({ description: "The version of the settings that you saw." }),
    marking: Marking.optional(),
    firstMarkers: markersField("first"),
    secondMarkers: markersField("second"),
    appealDays: z
      .int()
      .min(1)
      .max(appealDaysMax)
      .nullable()
      .optional()
      .meta({ description: "For how many days after a release students may appeal. Null: not at all." }),
  }),
  output: GradingSettings,
  policy: managesAssignment,
  refusals: { stale_version: "conflict", marking_begun: "failed_precondition" },
  async handle({ input, actor, tx, now }) {
    const assignment = await assignmentRow(tx, input.assignmentId);
    const row = await gradingRow(tx, assignment);
    await requireVersion(tx, "how this assignment is graded", row, input.version);
    const marking = input.marking ?? row.marking;
    if (marking !== row.marking) {
      for (const table of ["marks", "grades"] as const) {
        const mark = await tx
          .selectFrom(table)
          .select("submission_id")
          .where("assignment_id", "=", assignment.id)
          .limit(1)
          .executeTakeFirst();
        if (mark !== undefined)
          throw new Refusal("marking_begun", "Work has been marked already, so the number of markers stays.");
      }
    }
    const staff = new Set(await courseStaff(tx, assignment.course_id));
    for (const [place, ids] of [
      ["first", input.firstMarkers],
      ["second", input.secondMarkers],
    ] as const) {
      if (ids === undefined) continue;
      const field = `${place}Markers`;
      ids.forEach((id, at) => {
        if (!staff.has(id)) throw invalidField(`${field}.${at}`, "This person does not teach the course.");
      });
      await tx
        .deleteFrom("assignment_markers")
        .where("assignment_id", "=", assignment.id)
        .where("place", "=", place)
        .execute();
      for (const id of new Set(ids))
        await tx
          .insertInto("assignment_markers")
          .values({ assignment_id: assignment.id, place, marker_id: id })
          .execute();
    }
    const changed = {
      ...row,
      marking,
      appeal_days: input.appealDays === undefined ? row.appeal_days : input.appealDays,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await putGradingRow(tx, changed);
    return gradingSettingsOf(tx, changed);
  },
});
