/** Creating a course. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { timeZoneField } from "#kernel/time-zone-field.ts";
import { schoolSettings } from "#slices/identity/api.ts";
import { courseOf, freshLife } from "./courses.ts";
import { enrol } from "./enrolments.ts";
import { courseCreated } from "./events.ts";
import { newJoinCode } from "./join-code.ts";
import { cleanLine, foldKey } from "./keys.ts";
import { mayCreateCourses } from "./policy.ts";
import { Course, codeField, summaryField, termField, titleField } from "./schema.ts";
import { type CoursesTables, operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Creates a course. An instructor who creates one teaches it; an admin who is no instructor only administers it. */
export const createCourse = operation({
  name: "courses.createCourse",
  summary: "Creates a course in a term; an instructor who creates one teaches it.",
  kind: "command",
  input: z.strictObject({
    code: codeField,
    term: termField,
    title: titleField,
    summary: summaryField.default(""),
    published: z
      .boolean()
      .default(true)
      .meta({ description: "False for a draft, which only those who teach it see." }),
    timeZone: timeZoneField.optional().meta({ description: "The school's when absent." }),
  }),
  output: Course,
  policy: mayCreateCourses,
  refusals: { course_code_taken: "conflict" },
  examples: [
    {
      summary: "A course of this autumn",
      input: {
        code: "ASTRO-101",
        term: "Autumn 2026",
        title: "Measuring the sky",
        summary: "How we know how far the stars are.",
      },
    },
  ],
  async handle(context) {
    const { input, actor, tx, now, newId, random, emit } = context;
    const by = changedBy(actor);
    const school = await schoolSettings(tx);
    const row = {
      id: newId(),
      code: cleanLine(input.code),
      code_key: foldKey(input.code),
      term: cleanLine(input.term),
      term_key: foldKey(input.term),
      title: cleanLine(input.title),
      summary: input.summary,
      join_code: newJoinCode(random),
      time_zone: input.timeZone ?? school?.timeZone ?? "UTC",
      ...freshLife(input.published),
      version: 1,
      created_by: by,
      created_at: now,
      updated_by: by,
      updated_at: now,
    };
    const inserted = await tx
      .insertInto("courses")
      .values(row)
      .onConflict((conflict) => conflict.columns(["code_key", "term_key"]).doNothing())
      .returning("id")
      .executeTakeFirst();
    if (inserted === undefined) throw await codeTaken(tx, row.code, row.term);
    emit(courseCreated, { courseId: row.id });
    if (actor.kind !== "person" || !actor.roles.includes("instructor")) return courseOf(row, actor, null);
    await enrol(context, {
      courseId: row.id,
      personId: actor.personId,
      role: "instructor",
      origin: "creator",
      by,
    });
    return courseOf(row, actor, "instructor");
  },
});

/** The refusal for a code that another course of the term bears. */
export async function codeTaken(tx: Kysely<CoursesTables>, code: string, term: string): Promise<Refusal> {
  const other = await tx
    .selectFrom("courses")
    .select("trashed_at")
    .where("code_key", "=", foldKey(code))
    .where("term_key", "=", foldKey(term))
    .executeTakeFirst();
  const where = other == null || other.trashed_at === null ? "" : ", in the trash";
  const message = `There is a course ${code} in ${term} already${where}.`;
  return new Refusal("course_code_taken", message, {
    kind: "conflict",
    problems: [{ field: "code", message: "Choose another code, or another term." }],
  });
}
