/** Where somebody else is signed in: for the admin who helps after a laptop was stolen. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
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
    const select = db
      .selectFrom("sessions")
      .selectAll()
      .where("person_id", "=", input.personId)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now);
    const page = await pageById(select, input, "newest first");
    return { ...page, items: page.items.map(sessionOfRow) };
  },
});
