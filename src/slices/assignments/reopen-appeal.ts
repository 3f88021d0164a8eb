/** Letting a student appeal once more. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, requireVersion, versionField } from "#slices/courses/api.ts";
import { appealsOf } from "./appeal.ts";
import { appealIdField, appealRow, gradesAppeal } from "./grading-policy.ts";
import { Appeal } from "./grading-schema.ts";
import { operation } from "./tables.ts";

/** Lets a student appeal once more against the same release, also when the days for it are over. */
export const reopenAppeal = operation({
  name: "assignments.reopenAppeal",
  summary: "Lets a student whose appeal was answered appeal once more.",
  kind: "command",
  input: z.strictObject({ appealId: appealIdField, version: versionField("the appeal") }),
  output: Appeal,
  policy: gradesAppeal,
  refusals: { stale_version: "conflict", appeal_open: "failed_precondition" },
  async handle({ input, actor, tx, now }) {
    const row = await appealRow(tx, input.appealId);
    await requireVersion(tx, "this appeal", row, input.version);
    if (row.state === "open")
      throw new Refusal("appeal_open", "This appeal is waiting for an answer; answer it.");
    const change = {
      reopened: 1,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.updateTable("appeals").set(change).where("id", "=", row.id).execute();
    return present((await appealsOf(tx, [{ ...row, ...change }]))[0], "one row makes one appeal");
  },
});
