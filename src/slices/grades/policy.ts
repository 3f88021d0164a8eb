/** Who may look into a gradebook, and who may change it. */
import { noteFact } from "#kernel/explain-policy.ts";
import { anyOf, denyForbidden, denyNotFound, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { decide, loadStanding, studies, teaches, teachesCourse } from "#slices/courses/api.ts";
import { observesStudentInCourse } from "#slices/observers/api.ts";
import type { GradesTables } from "./tables.ts";

/** Everybody who teaches the course reads and marks; the rules of its totals are theirs too. */
export const keepsGradebook: Policy<{ readonly courseId: string }> = teachesCourse;

interface GradesInput {
  readonly courseId: string;
  readonly studentId?: string | undefined;
}

const studiesOrTeaches: Policy<GradesInput> = {
  claim: "studies in the course, for one's own; teaches it, for anybody's",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const standing = await loadStanding(database, actor, input.courseId);
    const isOwn = actor.kind === "person" && (input.studentId ?? actor.personId) === actor.personId;
    noteFact(database, "course", input.courseId, { ownGrades: isOwn });
    if (isOwn && studies(standing)) return { allowed: true };
    const decision = decide(standing, teaches, {
      thing: "course",
      otherwise: "You see your own grades only, and only where you study.",
    });
    if (decision.allowed && input.studentId === undefined)
      return denyForbidden("Say whose grades: you teach this course and have none in it.");
    return decision;
  },
};

/** A student for their own marks; those who teach the course for anybody's; observers for their students'. */
export const seesGrades: Policy<GradesInput> = anyOf(observesStudentInCourse, studiesOrTeaches);

const importById = prepared<GradesTables>()((db, p: Parameter<{ importId: string }>) =>
  db.selectFrom("grade_imports").select("course_id").where("id", "=", p("importId")),
);

/** Those who teach the course of an import; whoever of them sent the file. */
export const keepsGradebookOfImport: Policy<{ readonly importId: string }> = {
  claim: "teaches the course of the import",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const [row] = await importById(database, { importId: input.importId });
    if (row === undefined) return denyNotFound("import");
    const standing = await loadStanding(database, actor, row.course_id);
    const otherwise = "Only those who teach the course do this.";
    return decide(standing, teaches, { thing: "import", otherwise });
  },
};
