/** Who may search: everyone for what they may see; in one course, those who belong to it. */
import { notePerson } from "#kernel/explain-policy.ts";
import { allow, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { belongs, decide, loadStanding } from "#slices/courses/api.ts";

/** What is found is decided hit by hit, by the policies of the slices that own it. */
export const searches: Policy<{ readonly courseId?: string | undefined }> = {
  claim: "is signed in; belongs to the course, where one is named",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    notePerson(database, actor, { signedIn: true });
    if (input.courseId === undefined) return allow;
    const standing = await loadStanding(database, actor, input.courseId);
    return decide(standing, belongs, { thing: "course", otherwise: "You are not in this course." });
  },
};
