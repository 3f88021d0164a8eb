/**
 * Who may do what in a course. The decisions are pure: a standing (what somebody is in a course) goes in, a decision
 * comes out. One query loads the standing, on the same snapshot or in the same transaction as the work.
 */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { type Actor, previewsCourse, type SessionScope } from "#kernel/actor.ts";
import { closeToChanges } from "#kernel/closed-to-changes.ts";
import { Refusal } from "#kernel/errors.ts";
import { noteFact, notePerson, wantsDetail } from "#kernel/explain-policy.ts";
import {
  allow,
  type Decision,
  type Denial,
  denyForbidden,
  denyNotFound,
  denyUnauthenticated,
  type Policy,
} from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { schoolSettings } from "#slices/identity/api.ts";
import type { CourseRole } from "./schema.ts";
import type { CoursesTables } from "./tables.ts";

/** What somebody is in one course: nobody, a member with a role, or the school's administration. */
export type Standing =
  | { readonly kind: "anonymous" }
  /** `hasLeft`: was in it once, and may be told so. */
  | { readonly kind: "outsider"; readonly hasLeft?: true }
  | { readonly kind: "member"; readonly role: CourseRole }
  | { readonly kind: "administration"; readonly role: CourseRole | null };

/**
 * The role that a session may use. A session that `StudentLogin` opened carries a student's rights only: whoever
 * teaches the course then sees its contents like an observer, and neither grades nor hands in work in it.
 */
export function roleInScope(role: CourseRole, scope: SessionScope): CourseRole {
  return scope === "student" && (role === "instructor" || role === "teaching_assistant") ? "observer" : role;
}

/** The standing of `actor` in a course, given the role of their active enrolment there. */
export function standingOf(actor: Actor, role: CourseRole | null): Standing {
  if (actor.kind === "anonymous") return { kind: "anonymous" };
  if (actor.kind === "system") return { kind: "administration", role: null };
  const usable = role === null ? null : roleInScope(role, actor.scope);
  if (actor.roles.includes("admin")) return { kind: "administration", role: usable };
  return usable === null ? { kind: "outsider" } : { kind: "member", role: usable };
}

/** Whether the standing lets someone teach: see drafts, add materials, grade, answer. */
export function teaches(standing: Standing): boolean {
  return (
    standing.kind === "administration" ||
    (standing.kind === "member" && (standing.role === "instructor" || standing.role === "teaching_assistant"))
  );
}

/** Whether the standing lets someone change the course itself and who is in it. */
export function manages(standing: Standing): boolean {
  return standing.kind === "administration" || (standing.kind === "member" && standing.role === "instructor");
}

/** Whether the standing lets someone hand in work and ask queries. An admin who is also enrolled counts as enrolled. */
export function studies(standing: Standing): boolean {
  return (standing.kind === "member" || standing.kind === "administration") && standing.role === "student";
}

/** Whether the standing is that of somebody who belongs to the course in any way. */
export function belongs(standing: Standing): boolean {
  return standing.kind === "member" || standing.kind === "administration";
}

/** Lets in those for whom `claim` holds; outsiders are told what they would be told of a `thing` that never was. */
export function decide(
  standing: Standing,
  claim: (standing: Standing) => boolean,
  { thing, otherwise }: { readonly thing: string; readonly otherwise: string },
): Decision {
  if (standing.kind === "anonymous") return denyUnauthenticated;
  if (!belongs(standing)) return denyOutside(standing, thing);
  return claim(standing) ? allow : denyForbidden(otherwise);
}

/** What is said to whoever does not belong to the course: as if it never was, but to those who were in it themselves. */
export function denyOutside(standing: Standing, thing: string): Denial {
  if (standing.kind !== "outsider" || standing.hasLeft !== true) return denyNotFound(thing);
  return {
    ...denyNotFound(thing),
    message:
      "You are not in this course any more. What you handed in and what you drafted is kept; ask those who teach it.",
  };
}

/** Whether someone may create a course, given the school's setting. */
export function decideCreateCourse(
  actor: Actor,
  setting: { readonly instructorsCreateCourses: boolean },
): Decision {
  if (actor.kind === "anonymous") return denyUnauthenticated;
  if (actor.kind === "system" || actor.roles.includes("admin")) return allow;
  if (!actor.roles.includes("instructor")) return denyForbidden("Courses are created by those who teach.");
  return setting.instructorsCreateCourses
    ? allow
    : denyForbidden("In this school, admins create the courses. Ask one of them.");
}

/** Whether someone may see this list of courses: their own, or the whole school's. */
export function decideListCourses(actor: Actor, view: "mine" | "all"): Decision {
  if (actor.kind === "anonymous") return denyUnauthenticated;
  const isAdministration = actor.kind === "system" || actor.roles.includes("admin");
  return view === "mine" || isAdministration ? allow : denyForbidden("Only admins see all courses.");
}

const courseAndEnrolment = prepared<CoursesTables>()(
  (db, p: Parameter<{ courseId: string; personId: string }>) =>
    db
      .selectFrom("courses")
      .leftJoin("enrolments", (join) =>
        join.onRef("enrolments.course_id", "=", "courses.id").on("enrolments.person_id", "=", p("personId")),
      )
      .select([
        "enrolments.role as known_role",
        "enrolments.ended_at as ended_at",
        "courses.published as published",
        "courses.staged as staged",
        "courses.archived_at as archivedAt",
        "courses.trashed_at as trashedAt",
      ])
      .where("courses.id", "=", p("courseId")),
);

/** The course, with the role that somebody has in it at present, and whether they had one once; nothing without a course. */
async function membership(database: Database, who: { readonly courseId: string; readonly personId: string }) {
  const [row] = await courseAndEnrolment(database, who);
  if (row === undefined) return [];
  const { known_role, ended_at, ...course } = row;
  const hasLeft = known_role !== null && ended_at !== null;
  return [{ ...course, role: hasLeft ? null : known_role, hasLeft }];
}

/** Where a course stands in its life, as far as it decides who may do what. */
export interface CourseLifeFacts {
  readonly published: 0 | 1;
  readonly staged: 0 | 1;
  readonly trashedAt: number | null;
}

/**
 * The standing that is left in a course of this state: one in the trash, or not whole yet, is there for nobody, a draft
 * for those who teach it.
 */
export function standingInLife(
  standing: Standing,
  { published, staged, trashedAt }: CourseLifeFacts,
): Standing {
  if (standing.kind === "anonymous") return standing;
  if (staged === 1 || trashedAt !== null) return { kind: "outsider" };
  return published === 1 || teaches(standing) ? standing : { kind: "outsider" };
}

/** What commands in an archived course are refused with. */
export function courseArchived(): Refusal {
  return new Refusal(
    "course_archived",
    "This course is archived: everything in it can be read, and nothing changed. An instructor of it can reopen it.",
  );
}

/**
 * The standing of `actor` in a course; in a course that does not exist, everybody is an outsider. Where a policy asks and
 * the course is archived, whatever command it goes on to allow is refused with `course_archived`.
 */
export async function loadStanding(database: Database, actor: Actor, courseId: string): Promise<Standing> {
  const { standing, isArchived } = await standingAnd(database, actor, courseId);
  if (isArchived) closeToChanges(database, courseArchived());
  return standing;
}

/** The same for the few commands that an archived course takes: reopening it, copying it, throwing it away. */
export async function loadStandingAside(
  database: Database,
  actor: Actor,
  courseId: string,
): Promise<Standing> {
  return (await standingAnd(database, actor, courseId)).standing;
}

async function standingAnd(database: Database, actor: Actor, courseId: string) {
  if (actor.kind === "anonymous") return { standing: { kind: "anonymous" } as const, isArchived: false };
  const personId = actor.kind === "person" ? actor.personId : "";
  const [row] = await membership(database, { courseId, personId });
  noteFact(database, "course", courseId, {
    exists: row !== undefined,
    role: row?.role ?? null,
    ...(row === undefined
      ? {}
      : {
          published: row.published === 1,
          archived: row.archivedAt !== null,
          inTrash: row.trashedAt !== null,
        }),
  });
  if (actor.kind === "person" && actor.roles.includes("admin"))
    notePerson(database, actor, { schoolRoles: actor.roles.join(", ") });
  if (wantsDetail(database)) await noteEnrolment(database, courseId, personId);
  if (row === undefined || !(await mayStillView(database, actor, courseId)))
    return { standing: { kind: "outsider" } as const, isArchived: false };
  const isArchived = row.archivedAt !== null;
  // A draft is looked at before it is published.
  if (previewsCourse(actor, courseId))
    return { standing: standingInLife(standingOf(actor, "student"), { ...row, published: 1 }), isArchived };
  const standing = standingOf(actor, row.role);
  const known =
    standing.kind === "outsider" && row.hasLeft ? ({ ...standing, hasLeft: true } as const) : standing;
  return { standing: standingInLife(known, row), isArchived };
}

/** Where the role in a course comes from, or came from: for whoever asks why. */
async function noteEnrolment(database: Database, courseId: string, personId: string): Promise<void> {
  const row = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select(["origin", "since", "ended_at"])
    .where("course_id", "=", courseId)
    .where("person_id", "=", personId)
    .executeTakeFirst();
  if (row === undefined) return;
  const ended = row.ended_at === null ? {} : { enrolmentEndedAt: row.ended_at };
  noteFact(database, "course", courseId, { enrolledBy: row.origin, enrolledAt: row.since, ...ended });
}

/**
 * Whoever looks at a course as its student must teach it at that moment, not only when they began. An instructor looks
 * as one of them; whoever teaches looks as nobody in particular.
 */
async function mayStillView(database: Database, actor: Actor, courseId: string): Promise<boolean> {
  if (actor.kind !== "person" || actor.view === undefined || actor.view.courseId === null) return true;
  const { viewerId, preview } = actor.view;
  if (actor.view.courseId !== courseId) return false;
  if (preview?.byAdmin) return true;
  const [row] = await membership(database, { courseId, personId: viewerId });
  return row?.role === "instructor" || (preview !== undefined && row?.role === "teaching_assistant");
}

/** The roles of those who see the drafts of a course. */
export const teachingRoles: readonly CourseRole[] = ["instructor", "teaching_assistant"];

/** Whether a session of this scope teaches at all. */
export function scopeTeaches(actor: Actor): boolean {
  return actor.kind === "person" && actor.scope !== "student";
}

/** Whether `actor` sees every draft of the school. */
export function seesDrafts(actor: Actor): boolean {
  return actor.kind === "system" || (actor.kind === "person" && actor.roles.includes("admin"));
}

/** Whether somebody manages a course that is in the trash, where it is there for nobody else. */
async function loadTrashedStanding(database: Database, actor: Actor, courseId: string): Promise<Standing> {
  if (actor.kind === "anonymous") return { kind: "anonymous" };
  const personId = actor.kind === "person" ? actor.personId : "";
  const [row] = await membership(database, { courseId, personId });
  const standing = row === undefined ? null : standingOf(actor, row.role);
  return standing !== null && row?.trashedAt !== null && manages(standing) ? standing : { kind: "outsider" };
}

interface CourseInput {
  readonly courseId: string;
}

function inCourse(
  words: string,
  claim: (standing: Standing) => boolean,
  otherwise: string,
  load: typeof loadStanding = loadStanding,
): Policy<CourseInput> {
  return {
    claim: words,
    async decide({ actor, input, database }) {
      const standing = await load(database, actor, input.courseId);
      return decide(standing, claim, { thing: "course", otherwise });
    },
  };
}

/** Everyone who is in the course, and admins. */
export const belongsToCourse = inCourse("belongs to the course", belongs, "You are not in this course.");

/** Instructors and teaching assistants of the course, and admins. */
export const teachesCourse = inCourse(
  "teaches the course",
  teaches,
  "Only those who teach the course do this.",
);

/** Instructors of the course, and admins. */
export const managesCourse = inCourse(
  "manages the course",
  manages,
  "Only the instructors of the course do this.",
);

/** The same, for what is done with a course as a whole, archived or not. */
export const managesWholeCourse = inCourse(
  "manages the course, archived or not",
  manages,
  "Only the instructors of the course do this.",
  loadStandingAside,
);

/** Those who managed the course that is now in the trash. */
export const managesTrashedCourse = inCourse(
  "manages the course, which is in the trash",
  manages,
  "Only the instructors of the course do this.",
  loadTrashedStanding,
);

/** Instructors of the course themselves; admins have ways of their own. */
export const instructsCourse = inCourse(
  "is an instructor of the course",
  (standing) => belongs(standing) && "role" in standing && standing.role === "instructor",
  "Only instructors of the course do this.",
);

/** Admins, and instructors of the school where its setting lets them. */
export const mayCreateCourses: Policy<unknown> = {
  claim: "is admin, or instructor where the school lets instructors create courses",
  async decide({ actor, database }) {
    const settings = await schoolSettings(database);
    if (actor.kind === "person")
      notePerson(database, actor, {
        schoolRoles: actor.roles.join(", "),
        instructorsCreateCourses: settings?.instructorsCreateCourses ?? false,
      });
    return decideCreateCourse(actor, {
      instructorsCreateCourses: settings?.instructorsCreateCourses ?? false,
    });
  },
};

/** Everyone for their own courses; admins for all. */
export const maySeeCourses: Policy<{ readonly view: "mine" | "all" }> = {
  claim: "is signed in; is admin, to see all courses",
  decide({ actor, input, database }) {
    if (actor.kind === "person") notePerson(database, actor, { schoolRoles: actor.roles.join(", ") });
    return decideListCourses(actor, input.view);
  },
};

/** Those who manage the course, where the school lets them create courses. */
export const copiesCourse: Policy<CourseInput> = {
  claim: "manages the course, archived or not, and may create courses",
  async decide(question) {
    const decision = await managesWholeCourse.decide(question);
    return decision.allowed ? mayCreateCourses.decide(question) : decision;
  },
};

const copyById = prepared<CoursesTables>()((db, p: Parameter<{ copyId: string }>) =>
  db.selectFrom("course_copies").select("asked_by").where("id", "=", p("copyId")),
);

/** Whoever began the copy, and admins. */
export const askedForCopy: Policy<{ readonly copyId: string }> = {
  claim: "began the copy, or is admin",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const [row] = await copyById(database, { copyId: input.copyId });
    const isOwn = actor.kind === "person" && actor.scope !== "student" && row?.asked_by === actor.personId;
    noteFact(database, "copy", input.copyId, { exists: row !== undefined, own: isOwn });
    return row !== undefined && (isOwn || seesDrafts(actor)) ? allow : denyNotFound("copy");
  },
};

const enrolmentById = prepared<CoursesTables>()((db, p: Parameter<{ enrolmentId: string }>) =>
  db.selectFrom("enrolments").select("course_id").where("id", "=", p("enrolmentId")),
);

/** Those who manage the course in which a row stands that `find` finds. */
function managesCourseOf<Input>(
  thing: string,
  find: (database: Database, input: Input) => Promise<readonly { readonly course_id: string }[]>,
): Policy<Input> {
  return {
    claim: `manages the course of the ${thing}`,
    async decide({ actor, input, database }) {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      const [row] = await find(database, input);
      if (row === undefined) return denyNotFound(thing);
      const standing = await loadStanding(database, actor, row.course_id);
      return decide(standing, manages, { thing, otherwise: "Only the instructors of the course do this." });
    },
  };
}

/** Those who manage the course of the enrolment. */
export const managesCourseOfEnrolment = managesCourseOf<{ readonly enrolmentId: string }>(
  "enrolment",
  (database, { enrolmentId }) => enrolmentById(database, { enrolmentId }),
);

const linkById = prepared<CoursesTables>()((db, p: Parameter<{ linkId: string }>) =>
  db.selectFrom("course_links").select("course_id").where("id", "=", p("linkId")),
);
/** Those who manage the course of the link. */
export const managesCourseOfLink = managesCourseOf<{ readonly linkId: string }>(
  "link",
  (database, { linkId }) => linkById(database, { linkId }),
);

const rosterById = prepared<CoursesTables>()((db, p: Parameter<{ importId: string }>) =>
  db.selectFrom("roster_imports").select("course_id").where("id", "=", p("importId")),
);
/** Those who manage the course of the import. */
export const managesCourseOfImport = managesCourseOf<{ readonly importId: string }>(
  "import",
  (database, { importId }) => rosterById(database, { importId }),
);
