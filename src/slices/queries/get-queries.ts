/** The queries that somebody may see. */
import type { Kysely } from "kysely";
import { z } from "zod";
import type { Actor } from "#kernel/actor.ts";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { assignmentIdField } from "#slices/assignments/api.ts";
import { courseIdField, coursesOf, loadStanding, teaches } from "#slices/courses/api.ts";
import { materialIdField } from "#slices/materials/api.ts";
import { listsQueries } from "./policy.ts";
import { queriesOf, viewerIn } from "./queries.ts";
import { Query, QueryState } from "./schema.ts";
import { operation, type QueriesTable, type QueriesTables } from "./tables.ts";

/**
 * Lists queries, those that wait first and the longest waiting before: to those who teach all of their courses', to
 * students their own and those that the class sees. Without a course, admins see what they would see without being admins.
 */
export const getQueries = operation({
  name: "queries.getQueries",
  summary: "Lists queries, the longest waiting first: those of your courses, or your own.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField.optional(),
    state: QueryState.optional(),
    whose: z.enum(["all", "mine", "class"]).default("all").meta({
      description: "`mine`: asked by you; `class`: those that the class sees.",
    }),
    materialId: materialIdField.optional().meta({ description: "Only those about this material." }),
    assignmentId: assignmentIdField.optional().meta({ description: "Only those about this assignment." }),
    ...pageFields,
  }),
  output: pageOf(Query),
  policy: listsQueries,
  async handle({ input, actor, db }) {
    const { taught, studied } = await visibleCourses(db, actor, input.courseId);
    if (taught.length + studied.length === 0) return { items: [], nextCursor: null };
    const personId = actor.kind === "person" ? actor.personId : "";
    let select = db
      .selectFrom("queries")
      .selectAll()
      // A list of no courses is left out: `in ()` is no SQL everywhere.
      .where((each) =>
        each.or([
          ...(taught.length > 0 ? [each("course_id", "in", taught)] : []),
          ...(studied.length > 0
            ? [
                each.and([
                  each("course_id", "in", studied),
                  each.or([each("asker_id", "=", personId), each("visibility", "=", "class")]),
                ]),
              ]
            : []),
        ]),
      )
      .orderBy("state_rank")
      .orderBy("order_key")
      .orderBy("id");
    // What was merged is asked in the query that it was merged into; only its asker finds it in lists.
    select = select.where((each) =>
      each.or([each("merged_into", "is", null), each("asker_id", "=", personId)]),
    );
    if (input.whose === "mine") select = select.where("asker_id", "=", personId);
    if (input.whose === "class") select = select.where("visibility", "=", "class");
    if (input.materialId !== undefined) select = select.where("material_id", "=", input.materialId);
    if (input.assignmentId !== undefined) select = select.where("assignment_id", "=", input.assignmentId);
    if (input.state !== undefined) select = select.where("state", "=", input.state);
    if (input.cursor !== undefined) {
      const [rank, afterKey, id] = decodeCursor(input.cursor, ["integer", "integer", "text"]);
      const afterRank = rank as QueriesTable["state_rank"];
      select = select.where((each) =>
        each.or([
          each("state_rank", ">", afterRank),
          each.and([each("state_rank", "=", afterRank), each("order_key", ">", afterKey)]),
          each.and([
            each("state_rank", "=", afterRank),
            each("order_key", "=", afterKey),
            each("id", ">", id),
          ]),
        ]),
      );
    }
    const page = cutPage(
      await select.limit(input.limit + 1).execute(),
      input.limit,
      (row) => [row.state_rank, row.order_key, row.id],
      (row) => row,
    );
    const viewer = await viewerIn(
      db,
      actor,
      page.items.map((row) => row.course_id),
    );
    return { items: await queriesOf(db, page.items, viewer), nextCursor: page.nextCursor };
  },
});

/** The courses whose queries the actor sees all of, and those where only their own. */
async function visibleCourses(
  db: Kysely<QueriesTables>,
  actor: Actor,
  courseId: string | undefined,
): Promise<{ readonly taught: readonly string[]; readonly studied: readonly string[] }> {
  if (courseId !== undefined) {
    const seesAll = teaches(await loadStanding(db, actor, courseId));
    return seesAll ? { taught: [courseId], studied: [] } : { taught: [], studied: [courseId] };
  }
  const courses = await coursesOf(db, actor);
  const idsOf = (wanted: readonly string[]) =>
    courses.filter(({ role }) => wanted.includes(role)).map((course) => course.courseId);
  return { taught: idsOf(["instructor", "teaching_assistant"]), studied: idsOf(["student"]) };
}
