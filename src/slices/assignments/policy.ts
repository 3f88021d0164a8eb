/**
 * Who may see assignments, hand in work, and grade it. Students see published assignments and their own work; what is
 * another's, or not published, does not exist for them. Observers of a course see none of it;
 * who is linked to a student sees how that one stands, by the policies of observers.
 */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { noteFact, wantsDetail } from "#kernel/explain-policy.ts";
import {
  allow,
  type Decision,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  type Policy,
} from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import {
  belongs,
  decide,
  denyOutside,
  loadStanding,
  manages,
  type Standing,
  studies,
  teaches,
} from "#slices/courses/api.ts";
import { countsFor } from "./owners.ts";
import { pseudonymKeyOf } from "./pseudonyms.ts";
import type { AssignmentsTables } from "./tables.ts";

/** Whether somebody takes part in the course's work: hands it in, or gives it out. */
export function takesPart(standing: Standing): boolean {
  return teaches(standing) || studies(standing);
}

const staffOnly = "Only those who teach the course do this.";
const observersDoNot = "Observers of a course do not see its assignments.";

/** Whether someone may see an assignment. */
export function decideSee(standing: Standing, { published }: { readonly published: boolean }): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  if (!belongs(standing)) return denyOutside(standing, "assignment");
  if (!published && !teaches(standing)) return denyNotFound("assignment");
  return takesPart(standing) ? allow : denyForbidden(observersDoNot);
}

/** Whether someone may hand in work for an assignment, and see what they handed in. */
export function decideHandIn(standing: Standing, facts: { readonly published: boolean }): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed) return seen;
  if (!studies(standing)) return denyForbidden("Only students of the course hand in work.");
  return facts.published ? allow : denyNotFound("assignment");
}

/** Whether someone may do what `claim` lets people do with an assignment. */
export function decideChange(
  standing: Standing,
  facts: { readonly published: boolean },
  claim: (standing: Standing) => boolean,
  otherwise: string,
): Decision {
  const seen = decideSee(standing, facts);
  if (!seen.allowed) return seen;
  return claim(standing) ? allow : denyForbidden(otherwise);
}

/** Whether someone may see a piece of work: those who teach, and the student whose it is. */
export function decideSeeWork(standing: Standing, { isOwn }: { readonly isOwn: boolean }): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  return teaches(standing) || (studies(standing) && isOwn) ? allow : denyNotFound("submission");
}

/** Whether someone may grade a piece of work. Nobody marks their own, an admin who studies in the course neither. */
export function decideGrade(standing: Standing, facts: { readonly isOwn: boolean }): Decision {
  const seen = decideSeeWork(standing, facts);
  if (!seen.allowed) return seen;
  if (facts.isOwn) return denyForbidden("Nobody grades their own work.");
  return teaches(standing) ? allow : denyForbidden(staffOnly);
}

/** Everyone who takes part in the course's work; observers do not. */
export const takesPartInCourse: Policy<{ readonly courseId: string }> = {
  claim: "takes part in the course",
  async decide({ actor, input, database }) {
    const standing = await loadStanding(database, actor, input.courseId);
    return decide(standing, takesPart, { thing: "course", otherwise: observersDoNot });
  },
};

const assignmentById = prepared<AssignmentsTables>()((db, p: Parameter<{ assignmentId: string }>) =>
  db.selectFrom("assignments").select(["course_id", "published"]).where("id", "=", p("assignmentId")),
);

function ofAssignment(
  claim: string,
  decision: (standing: Standing, facts: { readonly published: boolean }) => Decision,
): Policy<{ readonly assignmentId: string }> {
  return {
    claim,
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await assignmentById(database, { assignmentId: input.assignmentId });
      if (row === undefined) return denyNotFound("assignment");
      const standing = await loadStanding(database, actor, row.course_id);
      noteFact(database, "assignment", input.assignmentId, { published: row.published === 1 });
      return decision(standing, { published: row.published === 1 });
    },
  };
}

/** Those who teach the course, and its students once it is published. */
export const seesAssignment = ofAssignment("sees the assignment", decideSee);

/** Students of the course, once it is published. */
export const handsInAssignment = ofAssignment(
  "is a student of the published assignment's course",
  decideHandIn,
);

/** Those who teach the course. */
export const teachesAssignment = ofAssignment("teaches the assignment's course", (standing, facts) =>
  decideChange(standing, facts, teaches, staffOnly),
);

const extensionById = prepared<AssignmentsTables>()((db, p: Parameter<{ extensionId: string }>) =>
  db.selectFrom("assignment_extensions").select("course_id").where("id", "=", p("extensionId")),
);

/** Those who teach the course of the extension; nobody else knows of it. */
export const teachesExtension: Policy<{ readonly extensionId: string }> = {
  claim: "teaches the extension's course",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const [row] = await extensionById(database, { extensionId: input.extensionId });
    if (row === undefined) return denyNotFound("extension");
    return teaches(await loadStanding(database, actor, row.course_id)) ? allow : denyNotFound("extension");
  },
};

/** Instructors of the course, and admins: when marks become known is theirs to say. */
export const managesAssignment = ofAssignment("manages the assignment's course", (standing, facts) =>
  decideChange(standing, facts, manages, "Only the instructors of the course release its grades."),
);

const submissionById = prepared<AssignmentsTables>()((db, p: Parameter<{ submissionId: string }>) =>
  db
    .selectFrom("submissions")
    .select(["course_id", "student_id", "group_id"])
    .where("id", "=", p("submissionId")),
);

function ofSubmission(
  claim: string,
  decision: (standing: Standing, facts: { readonly isOwn: boolean }) => Decision,
): Policy<{ readonly submissionId: string }> {
  return {
    claim,
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await submissionById(database, { submissionId: input.submissionId });
      if (row === undefined) return denyNotFound("submission");
      const standing = await loadStanding(database, actor, row.course_id);
      const isOwn =
        actor.kind === "person" &&
        (row.student_id === actor.personId ||
          (row.group_id !== null &&
            (await countsFor(tablesOf(database), input.submissionId, actor.personId))));
      noteFact(database, "submission", input.submissionId, { own: isOwn, ofGroup: row.group_id !== null });
      if (wantsDetail(database)) await noteGrading(database, input.submissionId);
      return decision(standing, { isOwn });
    },
  };
}

/** How far the grading of the work is, and whether graders know whose it is: for whoever asks why. */
async function noteGrading(database: Database, submissionId: string): Promise<void> {
  const db = tablesOf<AssignmentsTables>(database);
  const work = await db
    .selectFrom("submissions")
    .select("assignment_id")
    .where("id", "=", submissionId)
    .executeTakeFirstOrThrow();
  const grades = await db
    .selectFrom("grades")
    .select("released_at")
    .where("submission_id", "=", submissionId)
    .execute();
  noteFact(database, "submission", submissionId, {
    graded: grades.length > 0,
    released: grades.length > 0 && grades.every(({ released_at }) => released_at !== null),
    namesHidden: (await pseudonymKeyOf(db, work.assignment_id)) !== null,
  });
}

/** Those who teach the course, and the student whose work it is, or whose group's. */
export const seesSubmission = ofSubmission("teaches the course, or handed the work in", decideSeeWork);

/** Those who teach the course. */
export const gradesSubmission = ofSubmission("teaches the course of the work", decideGrade);
