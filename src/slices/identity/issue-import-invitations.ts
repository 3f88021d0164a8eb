/** The invitations of those whom an import added, as links to hand over: for schools that send no mail. */
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import type { Services } from "#kernel/services.ts";
import { importById } from "./imports.ts";
import { insertInvitation, invitationLink } from "./invitations.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Each costs two rows. */
const linksMax = 200;

const Invited = z
  .object({ id: z.string(), personId: z.string(), name: z.string(), email: z.string(), expiresAt: z.int() })
  .meta({ id: "InvitedByImport" });

/** Fresh links, 200 at a time; those given before stop working. Whoever has joined meanwhile is left out. */
export const issueImportInvitations = operation({
  name: "identity.issueImportInvitations",
  summary:
    "Gives fresh invitation links, as CSV, for those whom an import added and who have not joined, 200 at a time.",
  kind: "command",
  input: z.strictObject({ importId: idField, cursor: z.string().max(200).optional() }),
  output: z
    .object({
      invited: z.array(Invited),
      nextCursor: z.string().nullable(),
      csv: z.string().meta({ description: "name, email, link, valid until. Shown now and not kept." }),
    })
    .meta({ id: "ImportInvitations" }),
  policy: hasRole("admin"),
  async handle({ input, tx, now, newId }) {
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
      .limit(linksMax)
      .execute();
    const invited: z.output<typeof Invited>[] = [];
    for (const { id: personId, name, email } of rows) {
      const invitation = await insertInvitation(tx, { id: newId(), personId, now });
      invited.push({ ...invitation, name, email });
    }
    const last = rows.at(-1);
    return {
      invited,
      nextCursor: rows.length === linksMax && last !== undefined ? encodeCursor([last.position]) : null,
    };
  },
  secrets: { csv: ({ output, services }) => linksAsCsv(output.invited, services) },
});

async function linksAsCsv(invited: readonly z.output<typeof Invited>[], services: Services): Promise<string> {
  const lines: string[][] = [];
  for (const invitation of invited) {
    const link = await invitationLink({ invitation }, services);
    const until = new Date(invitation.expiresAt).toISOString().slice(0, 10);
    lines.push([invitation.name, invitation.email, link, until]);
  }
  return stringify(lines, { escape_formulas: true, record_delimiter: "windows" });
}
