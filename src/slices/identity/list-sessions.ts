/** Where one is signed in. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf } from "#kernel/policy.ts";
import { signedInPerson } from "./policy.ts";
import { Session } from "./schema.ts";
import { sessionOfRow } from "./sessions.ts";
import { operation } from "./tables.ts";

/** One's own open sessions, the newest first. */
export const listSessions = operation({
  name: "identity.listSessions",
  summary: "Lists where you are signed in.",
  kind: "read",
  input: z.strictObject(pageFields),
  output: pageOf(
    Session.extend({ isCurrent: z.boolean().meta({ description: "Whether it is the one asking." }) }).meta({
      id: "ListedSession",
    }),
  ),
  policy: signedInPerson,
  underView: "closed",
  examples: [{ summary: "My sessions", input: {} }],
  async handle({ input, actor, db, now }) {
    const { personId, sessionId } = personOf(actor);
    const select = db
      .selectFrom("sessions")
      .selectAll()
      .where("person_id", "=", personId)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now);
    const page = await pageById(select, input, "newest first");
    const items = page.items.map((row) => ({ ...sessionOfRow(row), isCurrent: row.id === sessionId }));
    return { ...page, items };
  },
});
