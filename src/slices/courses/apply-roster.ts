/** The second half of an import of members: doing what the preview showed. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { applyRefusals, requireApplicable } from "#kernel/staged-import.ts";
import { needsConfirmation } from "#slices/identity/api.ts";
import { managesCourseOfImport } from "./policy.ts";
import { applyRosterType } from "./roster-jobs.ts";
import { RosterImport, rosterImportIdField } from "./roster-schema.ts";
import { findRoster, invites, rosterOf } from "./rosters.ts";
import { operation } from "./tables.ts";

/** Begins; a job applies line by line and comes to an end whatever happens to nodes in between. One at a time in a course. */
export const applyRoster = operation({
  name: "courses.applyRoster",
  summary: "Applies an import of members as its preview shows it. Many removals want their number typed.",
  kind: "command",
  input: z.strictObject({
    importId: rosterImportIdField,
    confirmRemovals: z.int().nonnegative().optional().meta({
      description: "The number of removals; wanted for more than 20, or more than 5 % of the course.",
    }),
    inviteUnknown: z.boolean().optional().meta({
      description:
        "Whether people whom the school does not know are added to it as students and invited; for admins. Default: no.",
    }),
    byMail: z
      .boolean()
      .optional()
      .meta({ description: "Whether their invitations are mailed to them. Default: no." }),
  }),
  output: RosterImport,
  policy: managesCourseOfImport,
  refusals: {
    ...applyRefusals,
    confirm_removals: "failed_precondition",
    only_admins_invite: "forbidden",
  },
  async handle({ input, tx, actor, enqueue }) {
    const row = await findRoster(tx, input.importId);
    const running = await tx
      .selectFrom("roster_imports")
      .select("file_name")
      .where("course_id", "=", row.course_id)
      .where("state", "=", "applying")
      .executeTakeFirst();
    requireApplicable(row, running);
    if (input.inviteUnknown === true && !invites(actor))
      throw new Refusal(
        "only_admins_invite",
        "Only admins bring people into the school. Give them the list of the unknown addresses.",
        { kind: "forbidden" },
      );
    if (needsConfirmation(row.removals, row.members) && input.confirmRemovals !== row.removals) {
      const message = `This would take ${row.removals} of ${row.members} people out of the course. Give that number to go on.`;
      throw new Refusal("confirm_removals", message, {
        problems: [{ field: "confirmRemovals", message }],
      });
    }
    await tx
      .updateTable("roster_imports")
      .set({
        state: "applying",
        invite_unknown: input.inviteUnknown === true ? 1 : 0,
        by_mail: input.byMail === true ? 1 : 0,
        applied_by: personOf(actor).personId,
      })
      .where("id", "=", row.id)
      .execute();
    await enqueue(applyRosterType, { importId: row.id });
    return rosterOf(tx, actor, row.id);
  },
});
