/** Looking at two accounts before they become one. */
import { z } from "zod";
import { type AccountMerge, conflictsShownMax } from "#kernel/person-life.ts";
import { sharesOf } from "#kernel/person-merge.ts";
import { hasRole, personOf } from "#kernel/policy.ts";
import { mergePair, mergeRefusals, requireMergeable } from "./merges.ts";
import { sortedRoles } from "./people.ts";
import { Person, roleField } from "./schema.ts";
import { operation } from "./tables.ts";
import { isTwoStep, secondStepsOf } from "./two-step.ts";

const count = z.int().nonnegative();

/** Changes nothing. Counts go through whole tables, so it runs in a process of its own. */
export const previewMerge = operation({
  name: "identity.previewMerge",
  summary: "Shows what merging two accounts of one person would come to: what each has, and what both have.",
  kind: "read",
  cost: "heavy",
  input: z.strictObject(mergePair),
  output: z
    .object({
      from: Person,
      into: Person,
      roles: z.array(roleField).meta({ description: "The roles of the kept account afterwards." }),
      fromTwoStep: z
        .boolean()
        .meta({ description: "Whether the ending account has a second step, which ends." }),
      intoTwoStep: z.boolean(),
      shares: z
        .array(
          z
            .object({
              slice: z.string(),
              title: z.string().meta({ description: "What it is, as exports head it." }),
              from: count,
              into: count,
            })
            .meta({ id: "AccountShare" }),
        )
        .meta({ description: "How much each account has." }),
      conflicts: z
        .array(
          z
            .object({
              slice: z.string(),
              code: z.string().meta({ description: "What both have: roles_differ, both_handed_in." }),
              about: z.string().meta({ description: "The course, the set of groups or the assignment." }),
              into: z.string(),
              from: z.string(),
              result: z.string().meta({ description: "What it comes to." }),
            })
            .meta({ id: "MergeConflict" }),
        )
        .meta({ description: `The first ${conflictsShownMax} of each part of the school.` }),
    })
    .meta({ id: "MergePreview" }),
  policy: hasRole("admin"),
  refusals: mergeRefusals,
  async handle({ input, actor, db, slices }) {
    const adminId = personOf(actor).personId;
    const { from, into } = await requireMergeable(db, { ...input, adminId });
    const merge: AccountMerge = { from: from.id, into: into.id, by: adminId };
    const conflicts = [];
    for (const slice of slices)
      for (const conflict of await slice.person.mergeConflicts(db as never, merge))
        conflicts.push({ slice: slice.name, ...conflict });
    return {
      from,
      into,
      roles: sortedRoles([...from.roles, ...into.roles]),
      fromTwoStep: isTwoStep(await secondStepsOf(db, from.id)),
      intoTwoStep: isTwoStep(await secondStepsOf(db, into.id)),
      shares: await sharesOf(db as never, slices, merge),
      conflicts,
    };
  },
});
