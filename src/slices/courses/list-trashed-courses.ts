/** What lies in the trash. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { signedIn } from "#kernel/policy.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { courseNameOf } from "./courses.ts";
import { scopeTeaches, seesDrafts } from "./policy.ts";
import { TrashedCourse, trashMsMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the courses in the trash that the asker may restore, the last thrown away first. */
export const listTrashedCourses = operation({
  name: "courses.listTrashedCourses",
  summary: "Lists the courses in the trash that you may restore, with who threw them away and when.",
  kind: "read",
  input: z.strictObject({ ...pageFields }),
  output: pageOf(TrashedCourse),
  policy: signedIn,
  async handle({ input, actor, db }) {
    if (!seesDrafts(actor) && !scopeTeaches(actor)) return { items: [], nextCursor: null };
    let select = db
      .selectFrom("courses")
      .selectAll("courses")
      .where("courses.trashed_at", "is not", null)
      .orderBy("courses.trashed_at", "desc")
      .orderBy("courses.id", "desc");
    if (!seesDrafts(actor))
      select = select
        .innerJoin("enrolments", "enrolments.course_id", "courses.id")
        .where("enrolments.person_id", "=", actor.kind === "person" ? actor.personId : "")
        .where("enrolments.ended_at", "is", null)
        .where("enrolments.role", "=", "instructor");
    if (input.cursor !== undefined) {
      const [at, id] = decodeCursor(input.cursor, ["integer", "text"]);
      select = select.where((each) =>
        each.or([
          each("courses.trashed_at", "<", at),
          each.and([each("courses.trashed_at", "=", at), each("courses.id", "<", id)]),
        ]),
      );
    }
    const rows = await select.limit(input.limit + 1).execute();
    const people = await peopleByIds(
      db,
      rows.flatMap((row) => row.trashed_by ?? []),
    );
    return cutPage(
      rows,
      input.limit,
      (row) => [row.trashed_at ?? 0, row.id],
      (row) => ({
        ...courseNameOf(row),
        trashedAt: row.trashed_at ?? 0,
        trashedBy: people.get(row.trashed_by ?? "")?.name ?? "",
        deletedAt: (row.trashed_at ?? 0) + trashMsMax,
      }),
    );
  },
});
