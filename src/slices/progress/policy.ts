/** Who may see whose progress: students their own, those who teach a course anybody's in it, observers their students'. */
import { anyOf, denyForbidden, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { decide, loadStanding, studies, teaches, teachesCourse } from "#slices/courses/api.ts";
import { observesStudentInCourse } from "#slices/observers/api.ts";

export const seesEverybodysProgress: Policy<{ readonly courseId: string }> = teachesCourse;

interface ProgressInput {
  readonly courseId: string;
  readonly studentId?: string | undefined;
}

const studiesOrTeaches: Policy<ProgressInput> = {
  claim: "studies in the course, for one's own; teaches it, for anybody's",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const standing = await loadStanding(database, actor, input.courseId);
    const isOwn = actor.kind === "person" && (input.studentId ?? actor.personId) === actor.personId;
    if (isOwn && studies(standing)) return { allowed: true };
    const decision = decide(standing, teaches, {
      thing: "course",
      otherwise: "You see your own progress only, and only where you study.",
    });
    if (decision.allowed && input.studentId === undefined)
      return denyForbidden("Say whose progress: you teach this course and do not study in it.");
    return decision;
  },
};

/** Whoever is neither is told what they would be told without a link. */
export const seesProgress: Policy<ProgressInput> = anyOf(observesStudentInCourse, studiesOrTeaches);
