/** The second half of an import: doing what the preview showed. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole, personOf } from "#kernel/policy.ts";
import { applyRefusals, requireApplicable } from "#kernel/staged-import.ts";
import { applyImportType } from "./import-jobs.ts";
import { needsConfirmation } from "./import-limits.ts";
import { importById, importOfRow, PeopleImport } from "./imports.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Begins; a job applies line by line and comes to an end whatever happens to nodes in between. One at a time. */
export const applyPeopleImport = operation({
  name: "identity.applyPeopleImport",
  summary: "Applies an import of people as its preview shows it. Many deactivations want their number typed.",
  kind: "command",
  input: z.strictObject({
    importId: idField,
    byMail: z.boolean().optional().meta({
      description: "Whether to mail their invitations to those who are added. Default: no.",
    }),
    confirmDeactivations: z.int().nonnegative().optional().meta({
      description:
        "The number of deactivations; wanted for more than 20, or more than 5 % of the active people.",
    }),
  }),
  output: PeopleImport,
  policy: hasRole("admin"),
  refusals: {
    ...applyRefusals,
    confirm_deactivations: "failed_precondition",
  },
  async handle({ input, tx, actor, enqueue }) {
    const row = await importById(tx, input.importId);
    const running = await tx
      .selectFrom("people_imports")
      .select("file_name")
      .where("state", "=", "applying")
      .executeTakeFirst();
    requireApplicable(row, running);
    if (
      needsConfirmation(row.deactivations, row.active_people) &&
      input.confirmDeactivations !== row.deactivations
    ) {
      const message = `This would shut ${row.deactivations} of ${row.active_people} accounts. Give that number to go on.`;
      throw new Refusal("confirm_deactivations", message, {
        problems: [{ field: "confirmDeactivations", message }],
      });
    }
    await tx
      .updateTable("people_imports")
      .set({
        state: "applying",
        by_mail: input.byMail === true ? 1 : 0,
        applied_by: personOf(actor).personId,
      })
      .where("id", "=", row.id)
      .execute();
    await enqueue(applyImportType, { importId: row.id });
    return importOfRow(await importById(tx, row.id));
  },
});
