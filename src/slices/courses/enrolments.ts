/** Writing enrolments: one row for a person in a course, which is begun, changed, ended and begun again. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import { type Person, peopleByIds } from "#slices/identity/api.ts";
import { enrolmentEnded, enrolmentRoleChanged, enrolmentStarted } from "./events.ts";
import { leaveGroupsOfCourse, type Writing } from "./group-members.ts";
import { type CourseRole, type Enrolment, type EnrolmentOrigin, enrolmentsMax } from "./schema.ts";
import type { CoursesTables, EnrolmentsTable } from "./tables.ts";

type Db = Kysely<CoursesTables>;

export interface EnrolWish {
  readonly courseId: string;
  readonly personId: string;
  readonly role: CourseRole;
  readonly origin: EnrolmentOrigin;
  /** The link or the import that brings them. */
  readonly originId?: string;
  /** Who did it, as rows remember it. */
  readonly by: string;
}

/**
 * Brings somebody into a course with a role. Who is in it with that role already stays as they are, so a retry is
 * harmless; another role is changed; an ended enrolment begins again, with the work that was kept.
 */
export async function enrol(
  writing: Writing,
  { courseId, personId, role, origin, originId, by }: EnrolWish,
): Promise<EnrolmentsTable> {
  const { tx, now, newId, emit } = writing;
  const known = await findEnrolment(tx, courseId, personId);
  if (known !== null && known.ended_at === null) {
    if (known.role === role) return known;
    if (known.role === "instructor") await requireOtherInstructor(tx, known);
    if (known.role === "student") await leaveGroupsOfCourse(writing, { courseId, personId }, by);
    await tx.updateTable("enrolments").set({ role }).where("id", "=", known.id).execute();
    emit(enrolmentRoleChanged, { enrolmentId: known.id, courseId, personId, role });
    return { ...known, role };
  }
  await requireRoom(tx, courseId);
  const fresh = { role, origin, origin_id: originId ?? null, since: now, ended_at: null, ended_by: null };
  const row = { id: known?.id ?? newId(), course_id: courseId, person_id: personId, ...fresh };
  await tx
    .insertInto("enrolments")
    .values(row)
    .onConflict((conflict) => conflict.columns(["person_id", "course_id"]).doUpdateSet(fresh))
    .execute();
  emit(enrolmentStarted, { enrolmentId: row.id, courseId, personId, role, origin });
  return row;
}

/** Ends an enrolment that is active: access is gone, groups are left, the work stays. */
export async function endNow(writing: Writing, row: EnrolmentsTable, by: string): Promise<EnrolmentsTable> {
  const { tx, now, emit } = writing;
  const ended = { ended_at: now, ended_by: by };
  await tx.updateTable("enrolments").set(ended).where("id", "=", row.id).execute();
  const who = { courseId: row.course_id, personId: row.person_id };
  await leaveGroupsOfCourse(writing, who, by);
  emit(enrolmentEnded, { enrolmentId: row.id, ...who });
  return { ...row, ...ended };
}

/** The enrolment of a person in a course, active or ended; null when there never was one. */
export async function findEnrolment(
  db: Db,
  courseId: string,
  personId: string,
): Promise<EnrolmentsTable | null> {
  const row = await db
    .selectFrom("enrolments")
    .selectAll()
    .where("person_id", "=", personId)
    .where("course_id", "=", courseId)
    .executeTakeFirst();
  return row ?? null;
}

/** Refuses to leave a course without an instructor: nobody but an admin could then manage it. */
export async function requireOtherInstructor(db: Db, leaving: EnrolmentsTable): Promise<void> {
  const other = await db
    .selectFrom("enrolments")
    .select("id")
    .where("course_id", "=", leaving.course_id)
    .where("role", "=", "instructor")
    .where("ended_at", "is", null)
    .where("id", "!=", leaving.id)
    .limit(1)
    .executeTakeFirst();
  if (other === undefined)
    throw new Refusal(
      "last_instructor",
      "This is the course's only instructor. Enrol another one first, then change this.",
    );
}

/** The enrolments as the wire names them, with everyone's name in one query. */
export async function enrolmentsOf(db: Db, rows: readonly EnrolmentsTable[]): Promise<Enrolment[]> {
  const people = await peopleByIds(
    db,
    rows.map((row) => row.person_id),
  );
  const labels = await originLabels(db, rows);
  return rows.map((row) => ({
    ...enrolmentOf(row, people.get(row.person_id)),
    originLabel: labels.get(row.origin_id ?? "") ?? null,
  }));
}

/** What the links and imports that these came by are called, by id. */
async function originLabels(db: Db, rows: readonly EnrolmentsTable[]): Promise<ReadonlyMap<string, string>> {
  const idsOf = (origin: EnrolmentOrigin) => [
    ...new Set(rows.flatMap((row) => (row.origin === origin ? (row.origin_id ?? []) : []))),
  ];
  const [links, imports] = [idsOf("link"), idsOf("import")];
  const labels = new Map<string, string>();
  if (links.length > 0)
    for (const { id, label } of await db
      .selectFrom("course_links")
      .select(["id", "label"])
      .where("id", "in", links)
      .execute())
      labels.set(id, label);
  if (imports.length > 0)
    for (const { id, file_name } of await db
      .selectFrom("roster_imports")
      .select(["id", "file_name"])
      .where("id", "in", imports)
      .execute())
      labels.set(id, file_name);
  return labels;
}

function enrolmentOf(row: EnrolmentsTable, person: Person | undefined): Omit<Enrolment, "originLabel"> {
  return {
    enrolmentId: row.id,
    courseId: row.course_id,
    personId: row.person_id,
    name: person?.name ?? "",
    email: person?.email ?? "",
    role: row.role,
    origin: row.origin,
    active: person?.active ?? false,
    hasJoined: person?.hasJoined ?? false,
    since: row.since,
    endedAt: row.ended_at,
  };
}

/** How many are in the course at present. */
export async function memberCount(db: Db, courseId: string): Promise<number> {
  const { count } = await db
    .selectFrom("enrolments")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("course_id", "=", courseId)
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Refuses with `course_full` when nobody more may come in. */
export async function requireRoom(db: Db, courseId: string): Promise<void> {
  if ((await memberCount(db, courseId)) >= enrolmentsMax)
    throw new Refusal("course_full", `A course has at most ${enrolmentsMax} people.`);
}
