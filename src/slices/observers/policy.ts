/**
 * Who observes whom, and what that opens: reading how one student is doing, in the courses in which that student studies,
 * for as long as the link is there. Other slices ask these policies for what is theirs.
 */
import type { Database } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { noteFact, wantsDetail } from "#kernel/explain-policy.ts";
import {
  allow,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  isAdministration,
  type Policy,
} from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { studiesAtPresent } from "#slices/courses/api.ts";
import { signedInThemselves } from "#slices/identity/api.ts";
import type { ObserversTables } from "./tables.ts";

const linkOfPair = prepared<ObserversTables>()(
  (db, p: Parameter<{ observerId: string; studentId: string }>) =>
    db
      .selectFrom("observer_links")
      .select(["made_at", "origin"])
      .where("observer_id", "=", p("observerId"))
      .where("student_id", "=", p("studentId")),
);

/**
 * Whether a link to the student is there. A session with a student's or a teacher's rights only does not observe, nor
 * whoever looks as somebody in one course.
 */
async function observes(database: Database, actor: Actor, studentId: string): Promise<boolean> {
  if (actor.kind !== "person" || actor.scope !== "full") return false;
  if (actor.view !== undefined && actor.view.courseId !== null) return false;
  const [row] = await linkOfPair(database, { observerId: actor.personId, studentId });
  noteFact(database, "person", studentId, { observedByLink: row !== undefined });
  if (row !== undefined && wantsDetail(database))
    noteFact(database, "person", studentId, { observedSince: row.made_at, observedBy: row.origin });
  return row !== undefined;
}

/** Whoever is linked to the student. */
export const observesStudent: Policy<{ readonly studentId: string }> = {
  claim: "observes the student",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    return (await observes(database, actor, input.studentId)) ? allow : denyNotFound("student");
  },
};

/** The same, for what the student does in one course; nobody observes themselves, so without a student it says no. */
export const observesStudentInCourse: Policy<{
  readonly courseId: string;
  readonly studentId?: string | undefined;
}> = {
  claim: "observes the student, who studies in the course",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const { courseId, studentId } = input;
    if (studentId === undefined || !(await observes(database, actor, studentId)))
      return denyNotFound("student");
    const studies = await studiesAtPresent(database, courseId, studentId);
    noteFact(database, "course", courseId, { observedStudentStudies: studies });
    return studies ? allow : denyNotFound("course");
  },
};

/** For one's own links, or anybody's as an admin. */
export const seesLinks: Policy<{ readonly personId?: string | undefined }> = {
  claim: "asks about themselves, or is admin of the school",
  decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const isOwn = actor.kind === "person" && (input.personId ?? actor.personId) === actor.personId;
    if (actor.kind === "person")
      noteFact(database, "person", input.personId ?? actor.personId, { own: isOwn });
    if (isOwn || (isAdministration(actor) && input.personId !== undefined)) return allow;
    return denyForbidden("You see your own links only.");
  },
};

const linkById = prepared<ObserversTables>()((db, p: Parameter<{ linkId: string }>) =>
  db.selectFrom("observer_links").select(["observer_id", "student_id"]).where("id", "=", p("linkId")),
);

/** The student, the observer, and admins. */
export const endsLink: Policy<{ readonly linkId: string }> = {
  claim: "is the student or the observer of the link, or admin of the school",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const [row] = await linkById(database, { linkId: input.linkId });
    if (row === undefined) return denyNotFound("link");
    const isTheirs = actor.kind === "person" && [row.observer_id, row.student_id].includes(actor.personId);
    return isTheirs || isAdministration(actor) ? allow : denyNotFound("link");
  },
};

const codeById = prepared<ObserversTables>()((db, p: Parameter<{ pairingCodeId: string }>) =>
  db.selectFrom("pairing_codes").select("student_id").where("id", "=", p("pairingCodeId")),
);

/** Whose code it is, and admins. */
export const withdrawsPairingCode: Policy<{ readonly pairingCodeId: string }> = {
  claim: "has made the pairing code, or is admin of the school",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const [row] = await codeById(database, { pairingCodeId: input.pairingCodeId });
    const isTheirs = actor.kind === "person" && row?.student_id === actor.personId;
    return row !== undefined && (isTheirs || isAdministration(actor)) ? allow : denyNotFound("pairing code");
  },
};

/** Pairing opens somebody's data: a stolen access token must not do it. */
export const pairsThemselves: Policy<unknown> = signedInThemselves;
