/** The imports of a course's members in the last months. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { managesCourse } from "./policy.ts";
import { RosterImport } from "./roster-schema.ts";
import { rostersOf } from "./rosters.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The newest first. */
export const listRosterImports = operation({
  name: "courses.listRosterImports",
  summary: "Lists the imports of a course's members, the newest first.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, ...pageFields }),
  output: pageOf(RosterImport),
  policy: managesCourse,
  async handle({ input, actor, db }) {
    let select = db.selectFrom("roster_imports").selectAll().where("course_id", "=", input.courseId);
    if (input.cursor !== undefined) {
      const [before] = decodeCursor(input.cursor, ["text"]);
      select = select.where("id", "<", before);
    }
    const rows = await select
      .orderBy("id", "desc")
      .limit(input.limit + 1)
      .execute();
    const page = cutPage(
      rows,
      input.limit,
      (row) => [row.id],
      (row) => row,
    );
    return { items: await rostersOf(db, actor, page.items), nextCursor: page.nextCursor };
  },
});
