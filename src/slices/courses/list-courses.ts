/** The courses of whoever asks, and for admins all of them. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { courseOf, timed } from "./courses.ts";
import { foldKey } from "./keys.ts";
import { maySeeCourses, scopeTeaches, seesDrafts, teachingRoles } from "./policy.ts";
import { Course, CourseState } from "./schema.ts";
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
    term: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "Only the courses of this term, however it is spelt." }),
    state: CourseState.optional().meta({ description: "Only the courses in this state." }),
    ...pageFields,
  }),
  output: pageOf(Course),
  policy: maySeeCourses,
  underView: "narrowed",
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
      .select("enrolments.role as role");
    select = select.where("courses.trashed_at", "is", null).where("courses.staged", "=", 0);
    const shown = actor.kind === "person" ? actor.view?.courseId : undefined;
    if (shown != null) select = select.where("courses.id", "=", shown);
    const isPreview = actor.kind === "person" && actor.view?.preview !== undefined;
    if (input.view === "mine" && !isPreview) select = select.where("enrolments.id", "is not", null);
    if (!seesDrafts(actor) && !isPreview)
      select = select.where((each) =>
        each.or([
          each("courses.published", "=", 1),
          ...(scopeTeaches(actor) ? [each("enrolments.role", "in", teachingRoles)] : []),
        ]),
      );
    if (input.term !== undefined) select = select.where("courses.term_key", "=", foldKey(input.term));
    if (input.state !== undefined)
      select = select.where("courses.archived_at", input.state === "archived" ? "is not" : "is", null);
    if (input.state === "draft" || input.state === "published")
      select = select.where("courses.published", "=", input.state === "draft" ? 0 : 1);
    const page = await pageById(select, input, "newest first", "courses.id");
    const rows = await timed(db, page.items);
    return {
      ...page,
      items: rows.map(({ role, ...row }) => courseOf(row, actor, isPreview ? "student" : role)),
    };
  },
});
