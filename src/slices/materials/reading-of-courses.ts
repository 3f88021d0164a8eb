/** Reading as progress sees it: one student's of a course, a whole course's by student, and what is new to somebody. */
import type { Kysely } from "kysely";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { membersOfGroups } from "#slices/courses/api.ts";
import { openMaterials } from "./open-materials.ts";
import type { Material } from "./schema.ts";
import type { MaterialsTables } from "./tables.ts";
import { materialsAsSeen, seenModuleIds, studentViewer } from "./viewing.ts";

type Db = Kysely<MaterialsTables>;

/** The materials of a course as this student sees them: with what locks each, and what they have read of it. */
export async function materialsOfStudent(
  database: Database,
  {
    courseId,
    studentId,
    now,
  }: { readonly courseId: string; readonly studentId: string; readonly now: number },
): Promise<Material[]> {
  const rows = await tablesOf<MaterialsTables>(database)
    .selectFrom("materials")
    .selectAll()
    .where("course_id", "=", courseId)
    .where("module_id", "in", await seenModuleIds(database, courseId))
    .where("removed_at", "is", null)
    .orderBy("module_id")
    .orderBy("place")
    .orderBy("id")
    .execute();
  return materialsAsSeen(database, studentViewer(studentId), rows, now);
}

/**
 * Whether a material counts in a student's progress: not when it is for a group that they are not in, and not once its
 * time is over.
 */
export function countsForStudent({ locks }: Pick<Material, "locks">): boolean {
  return !locks.some(({ kind }) => kind === "group" || kind === "until");
}

export interface StudentReading {
  /** How many materials there are for them. */
  readonly expected: number;
  readonly read: number;
  readonly lastOpenedAt: number | null;
}

/**
 * How much of a course's materials each of these students has read, counted as `countsForStudent` does; three queries,
 * of which one gives a row for each student.
 */
export async function readingOfCourse(
  database: Database,
  {
    courseId,
    studentIds,
    now,
  }: { readonly courseId: string; readonly studentIds: readonly string[]; readonly now: number },
): Promise<ReadonlyMap<string, StudentReading>> {
  const db = tablesOf<MaterialsTables>(database);
  const counted = await countedMaterials(db, {
    courseId,
    modules: await seenModuleIds(database, courseId),
    now,
  });
  const rules = await db
    .selectFrom("material_groups")
    .select(["material_id", "group_id"])
    .where("course_id", "=", courseId)
    .execute();
  const groupsOf = Map.groupBy(rules, ({ material_id }) => material_id);
  const forAll = counted.filter((id) => !groupsOf.has(id));
  const forGroups = counted.filter((id) => groupsOf.has(id));
  const members = await membersOfGroups(database, [...new Set(rules.map(({ group_id }) => group_id))]);
  const sums = await readByStudent(db, courseId, forAll);
  const opened = await lastOpened(db, courseId);
  const readInGroups = await readPairs(db, forGroups);
  return new Map(
    studentIds.map((studentId) => {
      const own = forGroups.filter((id) =>
        groupsOf.get(id)?.some(({ group_id }) => members.get(group_id)?.has(studentId) === true),
      );
      const read = own.filter((id) => readInGroups.has(`${id} ${studentId}`)).length;
      return [
        studentId,
        {
          expected: forAll.length + own.length,
          read: (sums.get(studentId) ?? 0) + read,
          lastOpenedAt: opened.get(studentId) ?? null,
        },
      ];
    }),
  );
}

/** What is published in modules that students see, and whose time is not over. */
async function countedMaterials(
  db: Db,
  {
    courseId,
    modules,
    now,
  }: { readonly courseId: string; readonly modules: readonly string[]; readonly now: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom("materials")
    .select("id")
    .where("course_id", "=", courseId)
    .where("module_id", "in", modules)
    .where("removed_at", "is", null)
    .where((each) => each.or([each("published", "=", 1), each("publish_at", "<=", now)]))
    .where((each) => each.or([each("available_until", "is", null), each("available_until", ">", now)]))
    .execute();
  return rows.map(({ id }) => id);
}

async function readByStudent(
  db: Db,
  courseId: string,
  materialIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (materialIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("material_readings")
    .select((each) => ["person_id", each.fn.count<number>("read_at").as("read")])
    .where("course_id", "=", courseId)
    .where("material_id", "in", materialIds)
    .groupBy("person_id")
    .execute();
  return new Map(rows.map((row) => [row.person_id, Number(row.read)]));
}

async function lastOpened(db: Db, courseId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("material_readings")
    .select((each) => ["person_id", each.fn.max<number>("opened_at").as("at")])
    .where("course_id", "=", courseId)
    .groupBy("person_id")
    .execute();
  return new Map(rows.map((row) => [row.person_id, Number(row.at)]));
}

async function readPairs(db: Db, materialIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (materialIds.length === 0) return new Set();
  const rows = await db
    .selectFrom("material_readings")
    .select(["material_id", "person_id"])
    .where("material_id", "in", materialIds)
    .where("read_at", "is not", null)
    .execute();
  return new Set(rows.map((row) => `${row.material_id} ${row.person_id}`));
}

export interface NewMaterial {
  readonly material: Material;
  readonly releasedAt: number;
}

/** What was released in these courses after `since` and is open to the actor, the latest first. */
export async function materialsReleasedSince(
  database: Database,
  actor: Actor,
  {
    courseIds,
    since,
    limit,
    now,
  }: {
    readonly courseIds: readonly string[];
    readonly since: number;
    readonly limit: number;
    readonly now: number;
  },
): Promise<NewMaterial[]> {
  if (courseIds.length === 0) return [];
  const rows = await tablesOf<MaterialsTables>(database)
    .selectFrom("materials")
    .select(["id", "released_at as releasedAt"])
    .where("course_id", "in", courseIds)
    .where("removed_at", "is", null)
    .where("released_at", ">", since)
    .orderBy("released_at", "desc")
    .limit(limit)
    .execute();
  const open = await openMaterials(database, actor, { materialIds: rows.map(({ id }) => id), now });
  return rows.flatMap(({ id, releasedAt }) => {
    const material = open.get(id);
    return material === undefined || releasedAt === null ? [] : [{ material, releasedAt }];
  });
}

/** Where the assignments of a course stand among its materials: the module's id, empty for the general contents. */
export async function placesOfAssignments(
  database: Database,
  courseId: string,
): Promise<ReadonlyMap<string, { readonly moduleId: string; readonly place: number }>> {
  const rows = await tablesOf<MaterialsTables>(database)
    .selectFrom("course_assignments")
    .select(["assignment_id", "module_id", "place"])
    .where("course_id", "=", courseId)
    .where("placed", "=", 1)
    .execute();
  return new Map(rows.map((row) => [row.assignment_id, { moduleId: row.module_id, place: row.place }]));
}
