/** Where somebody else is signed in: for the admin who helps after a laptop was stolen. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { idField, Session } from "./schema.ts";
import { sessionOfRow } from "./sessions.ts";
import { operation } from "./tables.ts";

/** A person's open sessions, the newest first. */
export const listPersonSessions = operation({
  name: "identity.listPersonSessions",
  summary: "Lists where a person is signed in, for the school's admins.",
  kind: "read",
  input: z.strictObject({ ...pageFields, personId: idField }),
  output: pageOf(Session),
  policy: hasRole("admin"),
  async handle({ input, db, now }) {
    let select = db
      .selectFrom("sessions")
      .selectAll()
      .where("person_id", "=", input.personId)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now);
    if (input.cursor !== undefined) {
      const [before] = decodeCursor(input.cursor, ["text"]);
      select = select.where("id", "<", before);
    }
    const rows = await select
      .orderBy("id", "desc")
      .limit(input.limit + 1)
      .execute();
    return cutPage(rows, input.limit, (row) => [row.id], sessionOfRow);
  },
});
