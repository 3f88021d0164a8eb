/** The invitations of those whom an import brought into the school, as links to hand over: where no mail is sent. */
import { z } from "zod";
import { decodeCursor, encodeCursor } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import {
  ImportInvitations,
  invitationLinksCsv,
  invitationsPerCallMax,
  inviteAgain,
} from "#slices/identity/api.ts";
import { rosterImportIdField } from "./roster-schema.ts";
import { operation } from "./tables.ts";

/** Fresh links, 200 at a time; those given before stop working. Whoever has joined meanwhile is left out. */
export const issueRosterInvitations = operation({
  name: "courses.issueRosterInvitations",
  summary:
    "Gives fresh invitation links, as CSV, for those whom an import of members brought into the school, 200 at a time.",
  kind: "command",
  input: z.strictObject({ importId: rosterImportIdField, cursor: z.string().max(200).optional() }),
  output: ImportInvitations,
  policy: hasRole("admin"),
  async handle({ input, tx, now, newId }) {
    const after = input.cursor === undefined ? -1 : decodeCursor(input.cursor, ["integer"])[0];
    const rows = await tx
      .selectFrom("roster_import_rows")
      .select(["position", "person_id"])
      .where("import_id", "=", input.importId)
      .where("outcome", "=", "unknown")
      .where("person_id", "is not", null)
      .where("position", ">", after)
      .orderBy("position")
      .limit(invitationsPerCallMax)
      .execute();
    const last = rows.at(-1);
    const isFull = rows.length === invitationsPerCallMax && last !== undefined;
    return {
      invited: await inviteAgain(
        { tx, now, newId },
        rows.flatMap(({ person_id }) => person_id ?? []),
      ),
      nextCursor: isFull ? encodeCursor([last.position]) : null,
    };
  },
  secrets: { csv: ({ output, services }) => invitationLinksCsv(output.invited, services) },
});
