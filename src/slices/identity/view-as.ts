/** Looking at the school as somebody else, for admins. */
import { z } from "zod";
import { denyNotFound, hasRole, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { findPerson } from "./people.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";
import { BegunView, beginView, viewRefusals } from "./views.ts";

/** Reads answer as they would for that person, for half an hour or until endView; commands are refused meanwhile. */
export const viewAs = operation({
  name: "identity.viewAs",
  summary: "Lets you look at the school as somebody else: reading only, and written down.",
  kind: "command",
  input: z.strictObject({ personId: idField }),
  output: BegunView,
  policy: hasRole("admin"),
  refusals: viewRefusals,
  async handle({ input, actor, tx, now }) {
    if ((await findPerson(tx, input.personId)) === null) throw refusalOfDecision(denyNotFound("person"));
    const until = await beginView(tx, personOf(actor), { personId: input.personId, courseId: null, now });
    return { until };
  },
});
