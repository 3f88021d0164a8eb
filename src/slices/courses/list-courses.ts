/** The courses of whoever asks, and for admins all of them. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { courseOf, timed } from "./courses.ts";
import { maySeeCourses } from "./policy.ts";
import { Course } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists courses, the newest first, each with what the asker is in it. */
export const listCourses = operation({
  name: "courses.listCourses",
  summary: "Lists the courses that you are in, the newest first.",
  kind: "read",
  input: z.strictObject({
    view: z
      .enum(["mine", "all"])
      .default("mine")
      .meta({ description: "`all` is for admins: every course of the school." }),
    ...pageFields,
  }),
  output: pageOf(Course),
  policy: maySeeCourses,
  async handle({ input, actor, db }) {
    const personId = actor.kind === "person" ? actor.personId : "";
    let select = db
      .selectFrom("courses")
      .leftJoin("enrolments", (join) =>
        join
          .onRef("enrolments.course_id", "=", "courses.id")
          .on("enrolments.person_id", "=", personId)
          .on("enrolments.ended_at", "is", null),
      )
      .selectAll("courses")
      .select("enrolments.role as role")
      .orderBy("courses.id", "desc");
    if (input.view === "mine") select = select.where("enrolments.id", "is not", null);
    if (input.cursor !== undefined) {
      const [before] = decodeCursor(input.cursor, ["text"]);
      select = select.where("courses.id", "<", before);
    }
    const rows = await timed(db, await select.limit(input.limit + 1).execute());
    return cutPage(
      rows,
      input.limit,
      (row) => [row.id],
      ({ role, ...row }) => courseOf(row, actor, role),
    );
  },
});
