/** Changing what a course is called and says of itself. */
import { z } from "zod";
import { timeZoneField } from "#kernel/time-zone-field.ts";
import { findCourse } from "./courses.ts";
import { codeTaken } from "./create-course.ts";
import { courseUpdated } from "./events.ts";
import { cleanLine, foldKey } from "./keys.ts";
import { managesCourse } from "./policy.ts";
import {
  Course,
  codeField,
  courseIdField,
  summaryField,
  termField,
  titleField,
  versionField,
} from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy, requireVersion } from "./versions.ts";

/** Changes the fields that are given; refuses when somebody else has changed the course meanwhile. */
export const updateCourse = operation({
  name: "courses.updateCourse",
  summary: "Changes a course's code, term, title, summary or time zone.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    version: versionField("the course"),
    code: codeField.optional(),
    term: termField.optional(),
    title: titleField.optional(),
    summary: summaryField.optional(),
    timeZone: timeZoneField.optional(),
  }),
  output: Course,
  policy: managesCourse,
  refusals: { stale_version: "conflict", course_code_taken: "conflict" },
  async handle({ input, actor, tx, now, emit }) {
    const { courseId } = input;
    const row = await tx
      .selectFrom("courses")
      .selectAll()
      .where("id", "=", courseId)
      .executeTakeFirstOrThrow();
    await requireVersion(tx, "the course", row, input.version);
    const [code, term] = [cleanLine(input.code ?? row.code), cleanLine(input.term ?? row.term)];
    const changes = {
      code,
      code_key: foldKey(code),
      term,
      term_key: foldKey(term),
      title: cleanLine(input.title ?? row.title),
      summary: input.summary ?? row.summary,
      time_zone: input.timeZone ?? row.time_zone,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    const other = await tx
      .selectFrom("courses")
      .select("id")
      .where("code_key", "=", changes.code_key)
      .where("term_key", "=", changes.term_key)
      .where("id", "!=", courseId)
      .executeTakeFirst();
    if (other !== undefined) throw await codeTaken(tx, code, term);
    await tx.updateTable("courses").set(changes).where("id", "=", courseId).execute();
    emit(courseUpdated, { courseId });
    return findCourse(tx, actor, courseId);
  },
});
