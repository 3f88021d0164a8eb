/** Joining a course with the code that its instructor gave out. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf, signedIn } from "#kernel/policy.ts";
import { findCourse } from "./courses.ts";
import { enrol, findEnrolment } from "./enrolments.ts";
import { readJoinCode } from "./join-code.ts";
import { courseArchived } from "./policy.ts";
import { Course, joinAttemptsMax, joinAttemptsWindowMs } from "./schema.ts";
import { operation } from "./tables.ts";

/** Enrols whoever asks as a student; who is in the course already stays what they are. */
export const joinCourse = operation({
  name: "courses.joinCourse",
  summary: "Joins a course as a student, with its join code.",
  kind: "command",
  input: z.strictObject({
    joinCode: z
      .string()
      .min(1)
      .max(40)
      .meta({ description: "As the instructor gave it; case, blanks and hyphens do not matter." }),
  }),
  output: Course,
  policy: signedIn,
  refusals: {
    unknown_join_code: "not_found",
    enrolment_ended: "failed_precondition",
    course_not_open: "failed_precondition",
    course_archived: "failed_precondition",
    course_full: "failed_precondition",
    join_code_off: "failed_precondition",
  },
  examples: [{ summary: "With a code from the board", input: { joinCode: "K7WQ-3MXA" } }],
  /** Slows down guessing: wrong codes are counted for each person, right ones are not. */
  async prepare({ input, actor, now, read, services }) {
    const { personId } = personOf(actor);
    const key = `courses.joinCourse:${personId}`;
    const limit = { attemptsMax: joinAttemptsMax, windowMs: joinAttemptsWindowMs };
    const retryAfterMs = services.limiter.wait(key, limit, now);
    if (retryAfterMs !== null)
      throw new Refusal("rate_limited", "Too many join codes were wrong. Wait a little, then try again.", {
        retryAfterMs,
      });
    // Counted before it is looked at, so that a thousand at once are not all let through.
    services.limiter.count(key, now);
    const join_code = readJoinCode(input.joinCode);
    const course = await read((db) =>
      db.selectFrom("courses").select("id").where("join_code", "=", join_code).executeTakeFirst(),
    );
    if (course !== undefined) services.limiter.takeBack(key, now);
  },
  async handle(context) {
    const { input, actor, tx } = context;
    const { personId } = personOf(actor);
    const course = await tx
      .selectFrom("courses")
      .selectAll()
      .where("join_code", "=", readJoinCode(input.joinCode))
      .executeTakeFirst();
    if (course === undefined || course.trashed_at !== null || course.staged === 1)
      throw new Refusal("unknown_join_code", "No course has this join code. It may have been renewed.", {
        kind: "not_found",
      });
    if (course.join_code_off === 1)
      throw new Refusal(
        "join_code_off",
        "Nobody joins this course by its code at present. Ask an instructor of it.",
      );
    if (course.archived_at !== null) throw courseArchived();
    if (course.published === 0)
      throw new Refusal(
        "course_not_open",
        "This course is not open yet. Keep the code, and try it again when your instructor says so.",
      );
    const known = await findEnrolment(tx, course.id, personId);
    // Whoever was taken out of a course does not come back by the code that everyone knows.
    if (known !== null && known.ended_at !== null)
      throw new Refusal(
        "enrolment_ended",
        "You have left this course. Ask an instructor of it to enrol you again.",
      );
    if (known === null)
      await enrol(context, {
        courseId: course.id,
        personId,
        role: "student",
        origin: "join_code",
        by: personId,
      });
    return findCourse(tx, actor, course.id);
  },
});
