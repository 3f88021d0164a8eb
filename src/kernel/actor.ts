/** Who is asking. Every decision of a policy starts from one of these three. */

export const schoolRoles = ["admin", "instructor", "student"] as const;
export type SchoolRole = (typeof schoolRoles)[number];

/**
 * How much of the account's rights a session carries: `full` all of them, `student` only a student's (opened by
 * `StudentLogin`), `faculty` those of someone who teaches (opened by `FacultyLogin`).
 */
export type SessionScope = "full" | "student" | "faculty";

export interface Person {
  readonly kind: "person";
  readonly personId: string;
  readonly sessionId: string;
  /** The school-wide roles that this session may use: already narrowed by the session's scope. */
  readonly roles: readonly SchoolRole[];
  readonly scope: SessionScope;
  /** Set while somebody else looks at the school as this person (`view.ts`); absent otherwise. */
  readonly view?: View;
}

/** Who really looks, and how much they are shown. */
export interface View {
  readonly viewerId: string;
  /** The one course that is shown; null for all that the person sees. */
  readonly courseId: string | null;
  /** Set where nobody in particular is looked as, but a student of that course who has done nothing yet. */
  readonly preview?: { readonly byAdmin: boolean };
}

/** Whom somebody is who previews a course: nobody whom any row is about. */
export const previewedStudentId = "previewed-student";

/** Whether the actor looks at this course as a student would, without being looked as anybody in particular. */
export function previewsCourse(actor: Actor, courseId: string): boolean {
  return actor.kind === "person" && actor.view?.preview !== undefined && actor.view.courseId === courseId;
}

export type Actor =
  | { readonly kind: "anonymous" }
  | Person
  | { readonly kind: "system"; readonly name: string };

export const anonymous: Actor = { kind: "anonymous" };

/** The name under which receipts, audit rows and uploads know the actor: `person:<id>`, `system:<name>`, `anonymous`. */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      // Whoever looks as somebody else still acts, and is written down, as themselves.
      return `person:${actor.view?.viewerId ?? actor.personId}`;
    case "system":
      return `system:${actor.name}`;
    case "anonymous":
      return "anonymous";
  }
}
