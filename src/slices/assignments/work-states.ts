/** Where students stand with the assignments of a course, and the counts for those who teach, in a fixed number of queries. */
import type { Kysely } from "kysely";
import { groupsOfPerson, membersBySet, membersOfCourse } from "#slices/courses/api.ts";
import { type AssignmentDates, isLate, windowAt } from "./dates.ts";
import { datesOf, extensionKey, extensionsOf } from "./extensions.ts";
import type { MyState, WorkCounts, WorkState } from "./schema.ts";
import type { AssignmentsTable, AssignmentsTables } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;
export type AssignmentFacts = Omit<AssignmentsTable, "instructions">;

/** The columns of an assignment without its text, which lists do not need. */
export const factColumns = [
  "id",
  "course_id",
  "title",
  "points_max_hundredths",
  "available_from",
  "due_at",
  "due_key",
  "until_at",
  "late_policy",
  "late_percent",
  "late_floor_percent",
  "accepted_kinds",
  "accepted_endings",
  "file_bytes_max",
  "files_max",
  "accepts_text",
  "attempts_max",
  "resubmission",
  "withdrawal",
  "group_set_id",
  "anonymous",
  "published",
  "version",
  "created_by",
  "created_at",
  "updated_by",
  "updated_at",
] as const satisfies readonly (keyof AssignmentsTable)[];

export interface WorkFacts {
  readonly hasDraft: boolean;
  /** When the standing attempt came in; null while nothing is handed in. */
  readonly receivedAt: number | null;
  readonly isReleased: boolean;
}

/** The one word for where somebody stands. Pure; the order of the questions is what matters. */
export function workStateOf(dates: AssignmentDates, work: WorkFacts, now: number): WorkState {
  if (work.isReleased) return "graded";
  if (work.receivedAt !== null) return isLate(dates.dueAt, work.receivedAt) ? "late" : "handed_in";
  const window = windowAt(dates, now);
  if (window === "upcoming") return "upcoming";
  if (window === "late" || window === "closed") return "missing";
  return work.hasDraft ? "draft" : "to_do";
}

/** Where `personId` stands with each of `assignments`, all of one course, by the assignment's id. */
export async function statesOf(
  db: Db,
  assignments: readonly AssignmentFacts[],
  { courseId, personId, now }: { readonly courseId: string; readonly personId: string; readonly now: number },
): Promise<ReadonlyMap<string, MyState>> {
  const isAnyOfGroups = assignments.some(({ group_set_id }) => group_set_id !== null);
  const groups = isAnyOfGroups ? await groupsOfPerson(db, courseId, personId) : [];
  const groupOfSet = new Map(groups.map(({ groupSetId, groupId }) => [groupSetId, groupId]));
  return statesAnywhere(db, assignments, { groupOfSet, personId, now });
}

/** The same for assignments of any courses, given the groups that the person is in, by set. */
export async function statesAnywhere(
  db: Db,
  assignments: readonly AssignmentFacts[],
  {
    groupOfSet,
    personId,
    now,
  }: { readonly groupOfSet: ReadonlyMap<string, string>; readonly personId: string; readonly now: number },
): Promise<ReadonlyMap<string, MyState>> {
  if (assignments.length === 0) return new Map();
  const ids = assignments.map(({ id }) => id);
  const keyOf = ({ group_set_id }: AssignmentFacts) =>
    (group_set_id === null ? undefined : groupOfSet.get(group_set_id)) ?? personId;
  const keys = [personId, ...groupOfSet.values()];

  const extensions = await extensionsOf(db, ids, keys);
  const drafts = await draftsOf(db, ids, keys);
  const work = await standingWork(db, ids, personId, [...groupOfSet.values()]);
  const released = await releasedGrades(db, [...work.values()], personId);
  return new Map(
    assignments.map((assignment) => {
      const key = extensionKey(assignment.id, keyOf(assignment));
      const dates = datesOf(assignment, extensions.get(key));
      const own = work.get(assignment.id);
      const facts = {
        hasDraft: drafts.has(key),
        receivedAt: own?.receivedAt ?? null,
        isReleased: own !== undefined && released.has(own.submissionId),
      };
      return [
        assignment.id,
        {
          state: workStateOf(dates, facts, now),
          dueAt: dates.dueAt,
          untilAt: dates.untilAt,
          isOwnDate: dates.dueAt !== assignment.due_at || dates.untilAt !== assignment.until_at,
          hasDraft: facts.hasDraft,
          receivedAt: facts.receivedAt,
          isLate: facts.receivedAt !== null && isLate(dates.dueAt, facts.receivedAt),
        },
      ];
    }),
  );
}

/** The drafts that hold something. */
async function draftsOf(
  db: Db,
  ids: readonly string[],
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const texts = await db
    .selectFrom("submission_drafts")
    .select(["assignment_id", "owner_key"])
    .where("assignment_id", "in", ids)
    .where("owner_key", "in", keys)
    .where("text", "<>", "")
    .execute();
  const files = await db
    .selectFrom("submission_draft_files")
    .select(["assignment_id", "owner_key"])
    .distinct()
    .where("assignment_id", "in", ids)
    .where("owner_key", "in", keys)
    .execute();
  return new Set([...texts, ...files].map((row) => extensionKey(row.assignment_id, row.owner_key)));
}

interface StandingWork {
  readonly submissionId: string;
  readonly studentId: string;
  readonly receivedAt: number;
}

/** What is handed in at present for this person, by the assignment. */
async function standingWork(
  db: Db,
  ids: readonly string[],
  personId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, StandingWork>> {
  const select = () =>
    db
      .selectFrom("submissions")
      .innerJoin("submission_attempts", (join) =>
        join
          .onRef("submission_attempts.submission_id", "=", "submissions.id")
          .onRef("submission_attempts.attempt", "=", "submissions.attempt"),
      )
      .select([
        "submissions.assignment_id as assignmentId",
        "submissions.id as submissionId",
        "submissions.student_id as studentId",
        "submission_attempts.received_at as receivedAt",
      ])
      .where("submissions.assignment_id", "in", ids)
      .where("submissions.withdrawn_at", "is", null);
  const own = await select()
    .where("submissions.student_id", "=", personId)
    .where("submissions.group_id", "is", null)
    .execute();
  const ofGroups =
    groupIds.length === 0 ? [] : await select().where("submissions.group_id", "in", groupIds).execute();
  return new Map([...own, ...ofGroups].map((row) => [row.assignmentId, row]));
}

async function releasedGrades(
  db: Db,
  work: readonly StandingWork[],
  personId: string,
): Promise<ReadonlySet<string>> {
  if (work.length === 0) return new Set();
  const rows = await db
    .selectFrom("grades")
    .select("submission_id")
    .where(
      "submission_id",
      "in",
      work.map(({ submissionId }) => submissionId),
    )
    .where("student_id", "in", [personId, ...new Set(work.map(({ studentId }) => studentId))])
    .where("released_at", "is not", null)
    .execute();
  return new Set(rows.map(({ submission_id }) => submission_id));
}

/** The counts of each of `assignments`, all of one course, by the assignment's id. */
export async function countsOf(
  db: Db,
  courseId: string,
  assignments: readonly AssignmentFacts[],
  now: number,
): Promise<ReadonlyMap<string, WorkCounts>> {
  if (assignments.length === 0) return new Map();
  const ids = assignments.map(({ id }) => id);
  const students = await studentsOf(db, courseId);
  const groups = await groupsBySet(db, assignments);
  const rows = await countRows(db, ids, students);
  const waiting = await laterDates(db, ids, now);
  return new Map(
    assignments.map((assignment) => {
      const { group_set_id, due_at, until_at } = assignment;
      const expected = group_set_id === null ? students.length : (groups.get(group_set_id) ?? 0);
      const row = rows.get(assignment.id);
      const handedIn = Number(row?.handedIn ?? 0);
      const isOver = isLate(due_at, now) || (until_at !== null && now > until_at);
      const missing = isOver ? expected - handedIn - (waiting.get(assignment.id) ?? 0) : 0;
      return [
        assignment.id,
        {
          expected,
          handedIn,
          late: Number(row?.late ?? 0),
          toGrade: Number(row?.toGrade ?? 0),
          missing: Math.max(0, missing),
        },
      ];
    }),
  );
}

const membersAtOnce = 1_000;

/** Everybody who studies in the course at present. */
export async function studentsOf(db: Db, courseId: string): Promise<readonly string[]> {
  const all: string[] = [];
  let after: string | null = "";
  while (after !== null) {
    const page: { personIds: readonly string[]; next: string | null } = await membersOfCourse(db, {
      courseId,
      roles: ["student"],
      after,
      limit: membersAtOnce,
    });
    all.push(...page.personIds);
    after = page.next;
  }
  return all;
}

async function groupsBySet(
  db: Db,
  assignments: readonly AssignmentFacts[],
): Promise<ReadonlyMap<string, number>> {
  const sets = new Set(assignments.flatMap(({ group_set_id }) => group_set_id ?? []));
  const counts = new Map<string, number>();
  for (const set of sets) counts.set(set, (await membersBySet(db, set)).size);
  return counts;
}

/** Work of people who have left the course is not counted beside those who are there. */
async function countRows(db: Db, ids: readonly string[], students: readonly string[]) {
  const rows = await db
    .selectFrom("submissions")
    .innerJoin("assignments", "assignments.id", "submissions.assignment_id")
    .innerJoin("submission_attempts", (join) =>
      join
        .onRef("submission_attempts.submission_id", "=", "submissions.id")
        .onRef("submission_attempts.attempt", "=", "submissions.attempt"),
    )
    .leftJoin("assignment_extensions", (join) =>
      join
        .onRef("assignment_extensions.assignment_id", "=", "submissions.assignment_id")
        .on((each) =>
          each(
            "assignment_extensions.owner_key",
            "=",
            each.fn.coalesce("submissions.group_id", "submissions.student_id"),
          ),
        ),
    )
    .leftJoin("grades", (join) =>
      join
        .onRef("grades.submission_id", "=", "submissions.id")
        .onRef("grades.student_id", "=", "submissions.student_id")
        .onRef("grades.attempt", "=", "submissions.attempt"),
    )
    .select((each) => [
      "submissions.assignment_id as id",
      each.fn.countAll<number>().as("handedIn"),
      each.fn
        .sum<number>(
          each
            .case()
            .when(
              "submission_attempts.received_at",
              ">",
              each.fn.coalesce("assignment_extensions.due_at", "assignments.due_at"),
            )
            .then(1)
            .else(0)
            .end(),
        )
        .as("late"),
      each.fn.sum<number>(each.case().when("grades.attempt", "is", null).then(1).else(0).end()).as("toGrade"),
    ])
    .where("submissions.assignment_id", "in", ids)
    .where("submissions.withdrawn_at", "is", null)
    .where((each) => {
      const ofGroup = each("submissions.group_id", "is not", null);
      return students.length === 0
        ? ofGroup
        : each.or([ofGroup, each("submissions.student_id", "in", students)]);
    })
    .groupBy("submissions.assignment_id")
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** How many of those who have handed in nothing have a date of their own that is yet to come, by the assignment. */
async function laterDates(db: Db, ids: readonly string[], now: number): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("assignment_extensions")
    .leftJoin("submissions", (join) =>
      join
        .onRef("submissions.assignment_id", "=", "assignment_extensions.assignment_id")
        .on((each) =>
          each(
            each.fn.coalesce("submissions.group_id", "submissions.student_id"),
            "=",
            each.ref("assignment_extensions.owner_key"),
          ),
        )
        .on("submissions.withdrawn_at", "is", null),
    )
    .select((each) => ["assignment_extensions.assignment_id as id", each.fn.countAll<number>().as("count")])
    .where("assignment_extensions.assignment_id", "in", ids)
    .where("assignment_extensions.due_at", ">=", now)
    .where("submissions.id", "is", null)
    .groupBy("assignment_extensions.assignment_id")
    .execute();
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}
