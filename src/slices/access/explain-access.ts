/** "Why can she see this?" */
import { z } from "zod";
import { present } from "#base/assert.ts";
import type { ThingKind } from "#kernel/things.ts";
import { actsOf, explain, requirePerson } from "./explain.ts";
import { findThing, policiesOf } from "./policy.ts";
import { Explanation, idField, kindField, operation, personIdField } from "./schema.ts";

/** Says of everything that may be done with the thing whether the person may, by which rule, and what was found. */
export function explainAccessWith(things: readonly ThingKind[]) {
  return operation({
    name: "access.explainAccess",
    summary:
      "Explains what a person may do with a course, a material, an assignment, work or a query, and why.",
    kind: "read",
    input: z.strictObject({ personId: personIdField, kind: kindField, id: idField }),
    output: Explanation,
    policy: policiesOf(things).asksWhy,
    refusals: { names_hidden: "forbidden" },
    underView: "closed",
    async handle({ input, db, now, slices }) {
      const { personId, kind, id } = input;
      const person = await requirePerson(db, personId);
      const thing = present(await findThing(things, db, { kind, id }), "the policy has found it");
      const known = present(
        things.find((each) => each.kind === kind),
        "the policy knows the kind",
      );
      return explain({ db, slices, now }, { person, thing, asked: actsOf(slices, known, { id, personId }) });
    },
  });
}
