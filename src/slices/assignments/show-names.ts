/** Ending anonymous grading before all grades are released. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { GradingSettings, reasonField } from "./grading-schema.ts";
import { gradingRow, gradingSettingsOf, hidesNames, putGradingRow } from "./grading-settings.ts";
import { managesAssignment } from "./policy.ts";
import { assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Shows graders whose work it is, for good; who did so and why stays on record. */
export const showNames = operation({
  name: "assignments.showNames",
  summary: "Ends anonymous grading: shows graders whose work it is, for good.",
  kind: "command",
  input: z.strictObject({ assignmentId: assignmentIdField, reason: reasonField.min(1) }),
  output: GradingSettings,
  policy: managesAssignment,
  refusals: { not_anonymous: "failed_precondition" },
  async handle({ input, actor, tx, now }) {
    const row = await gradingRow(tx, await assignmentRow(tx, input.assignmentId));
    if (!hidesNames(row)) throw new Refusal("not_anonymous", "Names are shown for this assignment already.");
    const by = changedBy(actor);
    const changed = {
      ...row,
      names_shown_at: now,
      names_shown_by: by,
      names_shown_reason: input.reason,
      version: row.version + 1,
      updated_by: by,
      updated_at: now,
    };
    await putGradingRow(tx, changed);
    return gradingSettingsOf(tx, changed);
  },
});
