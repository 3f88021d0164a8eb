/** Copying a course into a new one. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { copiesOf } from "./copies.ts";
import { freshLife, timed } from "./courses.ts";
import { codeTaken } from "./create-course.ts";
import { newJoinCode } from "./join-code.ts";
import { cleanLine, foldKey } from "./keys.ts";
import { makeCopy } from "./make-copy.ts";
import { copiesCourse } from "./policy.ts";
import { CourseCopy, codeField, copiesOpenMax, copyFields, termField, titleField } from "./schema.ts";
import { wholeWeeks } from "./shifted-dates.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Begins a copy, without people and their work. The new course appears, as a draft, once all of it is there. */
export const copyCourse = operation({
  name: "courses.copyCourse",
  summary: "Copies a course into a new one, with its dates moved; without people and their work.",
  kind: "command",
  input: z.strictObject({
    ...copyFields,
    code: codeField,
    term: termField,
    title: titleField
      .optional()
      .meta({ description: "What the new course is called; the same when absent." }),
  }),
  output: CourseCopy,
  policy: copiesCourse,
  refusals: { course_code_taken: "conflict", too_many_copies: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, random, enqueue }) {
    const by = changedBy(actor);
    const { open } = await tx
      .selectFrom("course_copies")
      .select((each) => each.fn.countAll<number>().as("open"))
      .where("asked_by", "=", by)
      .where("ended_at", "is", null)
      .executeTakeFirstOrThrow();
    if (Number(open) >= copiesOpenMax)
      throw new Refusal(
        "too_many_copies",
        `${copiesOpenMax} copies of yours are still under way. Wait for them.`,
      );
    const row = await tx
      .selectFrom("courses")
      .selectAll()
      .where("id", "=", input.courseId)
      .executeTakeFirstOrThrow();
    const [source = { ...row, time_zone: "UTC" }] = await timed(tx, [row]);
    const course = {
      ...source,
      ...freshLife(false),
      id: newId(),
      code: cleanLine(input.code),
      code_key: foldKey(input.code),
      term: cleanLine(input.term),
      term_key: foldKey(input.term),
      title: cleanLine(input.title ?? source.title),
      join_code: newJoinCode(random),
      staged: 1,
      version: 1,
      created_by: by,
      created_at: now,
      updated_by: by,
      updated_at: now,
    } as const;
    const inserted = await tx
      .insertInto("courses")
      .values(course)
      .onConflict((conflict) => conflict.columns(["code_key", "term_key"]).doNothing())
      .returning("id")
      .executeTakeFirst();
    if (inserted === undefined) throw await codeTaken(tx, course.code, course.term);
    const copy = {
      id: newId(),
      source_id: source.id,
      course_id: course.id,
      asked_by: by,
      asked_at: now,
      choices: JSON.stringify([...new Set(input.choices)]),
      shift_days: input.keepWeekdays ? wholeWeeks(input.shiftDays) : input.shiftDays,
      state: "waiting",
      done: 0,
      total: null,
      reason: null,
      ended_at: null,
    } as const;
    await tx.insertInto("course_copies").values(copy).execute();
    await enqueue(makeCopy, { copyId: copy.id });
    const [output] = await copiesOf(tx, [copy]);
    return output as CourseCopy;
  },
});
