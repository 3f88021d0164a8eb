/**
 * Who may ask why: admins about everything; whoever teaches a course about what is in it, for people who are or were in
 * it. Asking must not tell more than looking does.
 */
import type { Database } from "#engines/store/port.ts";
import { noteFact, notePerson } from "#kernel/explain-policy.ts";
import {
  allow,
  type Decision,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  type Policy,
  type Question,
} from "#kernel/policy.ts";
import type { ThingKind } from "#kernel/things.ts";
import { enrolmentIn, loadStanding, teaches } from "#slices/courses/api.ts";
import { namesHidden } from "./explain.ts";

interface ThingInput {
  readonly kind: string;
  readonly id: string;
}

/** The policies, given every kind of thing there is. */
export function policiesOf(things: readonly ThingKind[]) {
  async function decideAbout({ actor, input, database }: Question<ThingInput>): Promise<Decision> {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const thing = await findThing(things, database, input);
    const isAdmin = actor.kind === "system" || actor.roles.includes("admin");
    if (actor.kind === "person") notePerson(database, actor, { schoolRoles: actor.roles.join(", ") });
    if (thing === null) return denyNotFound(input.kind);
    if (isAdmin) return allow;
    if (thing.courseId === null) return denyForbidden("Only admins ask about this.");
    const standing = await loadStanding(database, actor, thing.courseId);
    noteFact(database, input.kind, input.id, { exists: true });
    return teaches(standing) ? allow : denyNotFound(input.kind);
  }

  const asksAbout: Policy<ThingInput> = {
    claim: "is admin, or teaches the course that the thing is in",
    decide: decideAbout,
  };

  const asksWhy: Policy<ThingInput & { readonly personId: string }> = {
    claim: "is admin, or teaches the course of both the thing and the person",
    async decide(question) {
      const { actor, input, database } = question;
      const decision = await decideAbout(question);
      if (!decision.allowed || actor.kind !== "person" || actor.roles.includes("admin")) return decision;
      const thing = await findThing(things, database, input);
      const enrolment = await enrolmentIn(database, thing?.courseId ?? "", input.personId);
      if (enrolment === null) return denyNotFound("person of this course");
      const isStaff = enrolment.role === "instructor" || enrolment.role === "teaching_assistant";
      return !isStaff && (await hidesOwner(things, database, input)) ? namesHidden : allow;
    },
  };
  return { asksAbout, asksWhy };
}

/** The thing with this id, removed ones too; null where there is none of the kind. */
export async function findThing(
  things: readonly ThingKind[],
  database: Database,
  { kind, id }: ThingInput,
): Promise<{
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  courseId: string | null;
} | null> {
  const name = (await things.find((each) => each.kind === kind)?.named(database, [id]))?.get(id);
  return name === undefined ? null : { kind, id, ...name };
}

/** Whether asking who may see the thing would tell whose it is, to somebody who is not to know. */
export async function hidesOwner(
  things: readonly ThingKind[],
  database: Database,
  { kind, id }: ThingInput,
): Promise<boolean> {
  return (await things.find((each) => each.kind === kind)?.hidesOwner?.(database, id)) ?? false;
}
