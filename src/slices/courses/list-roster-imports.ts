/** The imports of a course's members in the last months. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
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
    const select = db.selectFrom("roster_imports").selectAll().where("course_id", "=", input.courseId);
    const page = await pageById(select, input, "newest first");
    return { items: await rostersOf(db, actor, page.items), nextCursor: page.nextCursor };
  },
});
