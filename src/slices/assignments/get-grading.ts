/** How an assignment is graded. */
import { z } from "zod";
import { assignmentRow } from "./assignments.ts";
import { GradingSettings } from "./grading-schema.ts";
import { gradingRow, gradingSettingsOf } from "./grading-settings.ts";
import { teachesAssignment } from "./policy.ts";
import { assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives the settings to those who teach. */
export const getGrading = operation({
  name: "assignments.getGrading",
  summary: "Says how an assignment is graded.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField }),
  output: GradingSettings,
  policy: teachesAssignment,
  async handle({ input, db }) {
    return gradingSettingsOf(db, await gradingRow(db, await assignmentRow(db, input.assignmentId)));
  },
});
