/** Ending that somebody observes a student. */
import { z } from "zod";
import { changedBy } from "#slices/courses/api.ts";
import { endLinkOf } from "./links.ts";
import { endsLink } from "./policy.ts";
import { ObserverLink, observerLinkIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The next thing that the observer asks of the student is refused. */
export const endLink = operation({
  name: "observers.endLink",
  summary: "Ends that somebody observes a student: they see nothing of the student from then on.",
  kind: "command",
  input: z.strictObject({ linkId: observerLinkIdField }),
  output: ObserverLink,
  policy: endsLink,
  async handle(context) {
    const { input, actor, tx } = context;
    const row = await tx
      .selectFrom("observer_links")
      .selectAll()
      .where("id", "=", input.linkId)
      .executeTakeFirstOrThrow();
    return endLinkOf(context, row, changedBy(actor));
  },
});
