/** Linking an observer to a student, for the school's admins. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { denyNotFound, hasRole, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { type Person, personById } from "#slices/identity/api.ts";
import { linkRefusals, makeLink } from "./links.ts";
import { ObserverLink, personIdField, studentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The observer sees how the student is doing from then on; both are told. Twice is harmless. */
export const linkObserver = operation({
  name: "observers.linkObserver",
  summary: "Lets somebody see how a student is doing: a parent, a tutor, an adviser.",
  kind: "command",
  input: z.strictObject({
    observerId: personIdField.meta({ description: "The id of who is to see it." }),
    studentId: studentIdField,
  }),
  output: ObserverLink,
  policy: hasRole("admin"),
  refusals: { ...linkRefusals, account_closed: "failed_precondition" },
  examples: [
    {
      summary: "A father and his son",
      input: {
        observerId: "01890a5d-ac96-774b-bcce-b302099a8057",
        studentId: "01a1fc9d-feda-7000-ab33-c7ffadd4fa47",
      },
    },
  ],
  async handle(context) {
    const { input, actor, tx } = context;
    for (const field of ["observerId", "studentId"] as const) {
      const person = await personById(tx, input[field]);
      if (person === null) throw refusalOfDecision(denyNotFound("person"));
      requireOpen(person, field);
    }
    const by = actor.kind === "person" ? personOf(actor).personId : "system";
    return makeLink(context, { ...input, origin: "admin", by });
  },
});

/** Nobody looks, or is looked after, with an account that nobody signs in to. */
function requireOpen({ name, active, mergedIntoId }: Person, field: string): void {
  if (active && mergedIntoId === null) return;
  const why =
    mergedIntoId === null
      ? "is deactivated. Reactivate it first."
      : "was merged into another. Choose that one.";
  throw new Refusal("account_closed", `${name}'s account ${why}`, {
    problems: [{ field, message: `This account ${why}` }],
  });
}
