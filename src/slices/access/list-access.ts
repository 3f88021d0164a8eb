/** "Who can see this?" */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { traced } from "#kernel/explain-policy.ts";
import { decodeCursor, encodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { isAdministration } from "#kernel/policy.ts";
import { acts, type ThingKind } from "#kernel/things.ts";
import { CourseRole, membersOfCourse, rolesIn } from "#slices/courses/api.ts";
import { actorOfPerson, peopleByIds } from "#slices/identity/api.ts";
import { actsOf, outcome } from "./explain.ts";
import { findThing, hidesOwner, policiesOf } from "./policy.ts";
import { idField, kindField, operation } from "./schema.ts";

const staffRoles: readonly CourseRole[] = ["instructor", "teaching_assistant"];

const AccessLine = z
  .object({
    personId: z.string(),
    name: z.string(),
    role: CourseRole.nullable(),
    sees: z.boolean().meta({ description: "Whether the thing is there for them at all." }),
    reason: z.string().nullable().meta({ description: "Why not; null where they see it." }),
    may: z.array(z.enum(acts)).meta({ description: "Everything that they may do with it." }),
  })
  .meta({ id: "AccessLine" });

/** Everybody in the thing's course with what they may do. Admins of the school may everything besides. */
export function listAccessWith(things: readonly ThingKind[]) {
  return operation({
    name: "access.listAccess",
    summary: "Lists the people of a course with what each may do with a thing in it.",
    kind: "read",
    // Several policies for each of a page of people.
    cost: "heavy",
    input: z.strictObject({ kind: kindField, id: idField, ...pageFields }),
    output: pageOf(AccessLine),
    policy: policiesOf(things).asksAbout,
    underView: "closed",
    async handle({ input, actor, db, now, slices }) {
      const thing = present(await findThing(things, db, input), "the policy has found it");
      if (thing.courseId === null) return { items: [], nextCursor: null };
      const { courseId } = thing;
      const known = present(
        things.find(({ kind }) => kind === input.kind),
        "the policy knows the kind",
      );
      const hides = !isAdministration(actor) && (await hidesOwner(things, db, input));
      const { personIds, next } = await membersOfCourse(db, {
        courseId,
        // Who of the students may see a piece of work tells whose it is.
        roles: hides ? staffRoles : CourseRole.options,
        after: input.cursor === undefined ? "" : decodeCursor(input.cursor, ["text"])[0],
        limit: input.limit,
      });
      const people = await peopleByIds(db, personIds);
      const roles = await rolesIn(db, courseId, personIds);
      const items: z.output<typeof AccessLine>[] = [];
      for (const personId of personIds) {
        const person = people.get(personId);
        const asking = await actorOfPerson(db, personId);
        if (person === undefined || asking === null) continue;
        const decided = [];
        for (const { act, operation: asked, input: about } of actsOf(slices, known, {
          id: input.id,
          personId,
        })) {
          const question = { actor: asking, input: about as never, database: db, now };
          decided.push({ act, ...outcome(await traced(asked.policy, question), asked, person) });
        }
        const [first] = decided;
        items.push({
          personId,
          name: person.name,
          role: roles.get(personId) ?? null,
          sees: first?.allowed ?? false,
          reason: first?.reason ?? null,
          may: decided.flatMap(({ act, allowed }) => (allowed && act !== null ? [act] : [])),
        });
      }
      return { items, nextCursor: next === null ? null : encodeCursor([next]) };
    },
  });
}
