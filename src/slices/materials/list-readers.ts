/** Who has read what, for those who teach; students see only their own. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { courseIdField, studentIdsOf, studentsAfter, teachesCourse } from "#slices/courses/api.ts";
import { materialRow } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { materialIdField, ReaderProgress } from "./schema.ts";
import { type MaterialsTables, operation } from "./tables.ts";

/** The students of the course with what each has read of one material. */
export const listReaders = operation({
  name: "materials.listReaders",
  summary: "Lists the students of the course with who has opened and read a material.",
  kind: "read",
  input: z.strictObject({ materialId: materialIdField, ...pageFields }),
  output: pageOf(ReaderProgress).extend({
    readCount: z.int().meta({ description: "Students who have read it." }),
    openedCount: z
      .int()
      .meta({ description: "Students who have opened it, those who have read it included." }),
    studentCount: z.int(),
  }),
  policy: changesMaterial,
  async handle({ input, db }) {
    const { course_id: courseId } = await materialRow(db, input.materialId);
    const students = await studentsPage(db, courseId, input);
    const readings = await db
      .selectFrom("material_readings")
      .selectAll()
      .where("material_id", "=", input.materialId)
      .execute();
    const byPerson = new Map(readings.map((row) => [row.person_id, row]));
    const enrolled = await studentIdsOf(db, courseId);
    const isEnrolled = (row: { readonly person_id: string }) => enrolled.has(row.person_id);
    return {
      items: students.items.map(({ personId, name }) => {
        const row = byPerson.get(personId);
        return {
          personId,
          name,
          openedAt: row?.opened_at ?? null,
          readAt: row?.read_at ?? null,
          place: row?.place ?? null,
        };
      }),
      nextCursor: students.nextCursor,
      readCount: readings.filter((row) => row.read_at !== null && isEnrolled(row)).length,
      openedCount: readings.filter(isEnrolled).length,
      studentCount: enrolled.size,
    };
  },
});

const StudentReading = z
  .object({
    personId: z.string(),
    name: z.string(),
    readCount: z.int().meta({ description: "Published materials that the student has read." }),
    openedCount: z.int().meta({ description: "Those that the student has opened, read ones included." }),
    lastOpenedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null for never." }),
  })
  .meta({ id: "StudentReading" });

/** The students of a course with how much of its published materials each has read. */
export const listStudentReading = operation({
  name: "materials.listStudentReading",
  summary: "Lists the students of a course with how much each has opened and read.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, ...pageFields }),
  output: pageOf(StudentReading).extend({
    materialCount: z.int().meta({ description: "Published materials of the course." }),
  }),
  policy: teachesCourse,
  async handle({ input, db, now }) {
    const { courseId } = input;
    const students = await studentsPage(db, courseId, input);
    const ids = students.items.map(({ personId }) => personId);
    const counts = ids.length === 0 ? [] : await countsByPerson(db, courseId, ids, now);
    const byPerson = new Map(counts.map((row) => [row.person_id, row]));
    const { all } = await db
      .selectFrom("materials")
      .select((each) => each.fn.countAll<number>().as("all"))
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .where((each) => each.or([each("published", "=", 1), each("publish_at", "<=", now)]))
      .executeTakeFirstOrThrow();
    return {
      items: students.items.map(({ personId, name }) => {
        const row = byPerson.get(personId);
        return {
          personId,
          name,
          readCount: Number(row?.read ?? 0),
          openedCount: Number(row?.opened ?? 0),
          lastOpenedAt: row === undefined ? null : Number(row.lastOpenedAt),
        };
      }),
      nextCursor: students.nextCursor,
      materialCount: Number(all),
    };
  },
});

const MaterialReaders = z
  .object({
    materialId: z.string(),
    title: z.string(),
    readCount: z.int(),
    openedCount: z.int(),
  })
  .meta({ id: "MaterialReaders" });

/** The materials of a course with how many students have read each. */
export const listMaterialReaders = operation({
  name: "materials.listMaterialReaders",
  summary: "Lists the published materials of a course with how many students have opened and read each.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, ...pageFields }),
  output: pageOf(MaterialReaders).extend({ studentCount: z.int() }),
  policy: teachesCourse,
  async handle({ input, db, now }) {
    const { courseId, cursor, limit } = input;
    let select = db
      .selectFrom("materials")
      .select(["id", "title", "module_id", "place"])
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .where((each) => each.or([each("published", "=", 1), each("publish_at", "<=", now)]))
      .orderBy("id");
    if (cursor !== undefined) {
      const [after] = decodeCursor(cursor, ["text"]);
      select = select.where("id", ">", after);
    }
    const rows = await select.limit(limit + 1).execute();
    const students = await studentIdsOf(db, courseId);
    const readings =
      rows.length === 0
        ? []
        : await db
            .selectFrom("material_readings")
            .select(["material_id", "person_id", "read_at"])
            .where(
              "material_id",
              "in",
              rows.map(({ id }) => id),
            )
            .execute();
    const counts = new Map<string, { read: number; opened: number }>();
    for (const { material_id, person_id, read_at } of readings) {
      if (!students.has(person_id)) continue;
      const count = counts.get(material_id) ?? { read: 0, opened: 0 };
      count.opened++;
      if (read_at !== null) count.read++;
      counts.set(material_id, count);
    }
    return {
      ...cutPage(
        rows,
        limit,
        (row) => [row.id],
        (row) => ({
          materialId: row.id,
          title: row.title,
          readCount: counts.get(row.id)?.read ?? 0,
          openedCount: counts.get(row.id)?.opened ?? 0,
        }),
      ),
      studentCount: students.size,
    };
  },
});

async function studentsPage(
  db: Kysely<MaterialsTables>,
  courseId: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const [after = null] = cursor === undefined ? [] : decodeCursor(cursor, ["text"]);
  const rows = await studentsAfter(db, courseId, { after, limit: limit + 1 });
  return cutPage(
    rows,
    limit,
    (row) => [row.enrolmentId],
    (row) => row,
  );
}

/** What each of these people has opened and read of the course's published materials. */
async function countsByPerson(
  db: Kysely<MaterialsTables>,
  courseId: string,
  personIds: readonly string[],
  now: number,
) {
  return db
    .selectFrom("material_readings as reading")
    .innerJoin("materials", "materials.id", "reading.material_id")
    .select((each) => [
      "reading.person_id as person_id",
      each.fn.countAll<number>().as("opened"),
      each.fn.count<number>("reading.read_at").as("read"),
      each.fn.max<number>("reading.opened_at").as("lastOpenedAt"),
    ])
    .where("reading.course_id", "=", courseId)
    .where("reading.person_id", "in", personIds)
    .where("materials.removed_at", "is", null)
    .where((each) => each.or([each("materials.published", "=", 1), each("materials.publish_at", "<=", now)]))
    .groupBy("reading.person_id")
    .execute();
}
