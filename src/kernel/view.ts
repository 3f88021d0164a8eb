/**
 * Looking at the school as somebody else, to see what they see. It is reading only: every command refuses but those that
 * end it, and what is personal stays closed. Who looks in one course sees that course and nothing besides: a read must
 * say that it narrows itself, or its policy must have asked about that very course.
 */
import type { Actor } from "./actor.ts";
import { traced } from "./explain-policy.ts";
import type { Operation } from "./operation.ts";
import { type Decision, type Denial, denyForbidden, type Question } from "./policy.ts";

/**
 * What an operation is to somebody who looks as another person. `closed`: not for them. `open`: a command that they may
 * give all the same, or a read that shows nothing of any course. `narrowed`: a read that keeps to `actor.view.courseId`
 * itself. Without a word, reads of the viewed course are open and commands are not.
 */
export type UnderView = "closed" | "open" | "narrowed";

/** Whether the actor may do this: what the policy says, and what looking as somebody else leaves of it. */
export function decideOperation(
  operation: Pick<Operation, "kind" | "policy" | "underView">,
  question: Question<unknown>,
): Decision | Promise<Decision> {
  const { actor } = question;
  if (actor.kind !== "person" || actor.view === undefined)
    return operation.policy.decide(question as Question<never>);
  return decideUnderView(operation, question, actor.view.courseId);
}

async function decideUnderView(
  { kind, policy, underView }: Pick<Operation, "kind" | "policy" | "underView">,
  question: Question<unknown>,
  courseId: string | null,
): Promise<Decision> {
  if (underView === "closed")
    return denyView("This page is personal, and stays closed while you look as somebody else.");
  if (kind === "command" && underView !== "open") return readOnly;
  if (courseId === null || underView !== null) return policy.decide(question as Question<never>);
  const { decision, facts } = await traced(policy, question as Question<never>);
  const courses = facts.flatMap((fact) => (fact.about === "course" ? [fact.id] : []));
  const isOfCourse = courses.length > 0 && courses.every((id) => id === courseId);
  return !decision.allowed || isOfCourse
    ? decision
    : denyView("While you look as a student of one course, only that course is shown.");
}

/** The code under which all of this is refused. */
export const readOnlyView = "read_only_view";

/** For whatever would change something. */
export const readOnly: Denial = denyView(
  "You look at the school as somebody else: nothing can be changed meanwhile.",
);

function denyView(message: string): Denial {
  return { ...denyForbidden(message), code: readOnlyView };
}

/** Whether the actor is somebody who is looked as. */
export function isView(actor: Actor): boolean {
  return actor.kind === "person" && actor.view !== undefined;
}
