/** The invitations of those whom an import added, as links to hand over: for schools that send no mail. */
import { z } from "zod";
import { decodeCursor, encodeCursor } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { importById } from "./imports.ts";
import {
  ImportInvitations,
  invitationLinksCsv,
  invitationsPerCallMax,
  inviteEach,
} from "./invitation-list.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Fresh links, 200 at a time; those given before stop working. Whoever has joined meanwhile is left out. */
export const issueImportInvitations = operation({
  name: "identity.issueImportInvitations",
  summary:
    "Gives fresh invitation links, as CSV, for those whom an import added and who have not joined, 200 at a time.",
  kind: "command",
  input: z.strictObject({ importId: idField, cursor: z.string().max(200).optional() }),
  output: ImportInvitations,
  policy: hasRole("admin"),
  async handle(context) {
    const { input, tx } = context;
    const { id } = await importById(tx, input.importId);
    const after = input.cursor === undefined ? -1 : decodeCursor(input.cursor, ["integer"])[0];
    const rows = await tx
      .selectFrom("people_import_rows")
      .innerJoin("people", "people.id", "people_import_rows.person_id")
      .select(["position", "people.id as id", "people.name as name", "people.email as email"])
      .where("import_id", "=", id)
      .where("outcome", "=", "add")
      .where("position", ">", after)
      .where("people.active", "=", 1)
      .where("people.password_hash", "is", null)
      .orderBy("position")
      .limit(invitationsPerCallMax)
      .execute();
    const last = rows.at(-1);
    const isFull = rows.length === invitationsPerCallMax && last !== undefined;
    return {
      invited: await inviteEach(context, rows),
      nextCursor: isFull ? encodeCursor([last.position]) : null,
    };
  },
  secrets: { csv: ({ output, services }) => invitationLinksCsv(output.invited, services) },
});
