/** Withdrawing a link into a course. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { CourseLink, courseLinkIdField } from "./course-link-schema.ts";
import { linksOf } from "./course-links.ts";
import { courseLinkRevoked } from "./events.ts";
import { managesCourseOfLink } from "./policy.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Nobody comes in by the link from then on; who came stays. Twice is harmless. */
export const revokeCourseLink = operation({
  name: "courses.revokeCourseLink",
  summary: "Withdraws a link into a course; whoever came by it stays.",
  kind: "command",
  input: z.strictObject({ linkId: courseLinkIdField }),
  output: CourseLink,
  policy: managesCourseOfLink,
  async handle({ input, actor, tx, now, emit }) {
    const row = await tx
      .selectFrom("course_links")
      .selectAll()
      .where("id", "=", input.linkId)
      .executeTakeFirstOrThrow();
    if (row.revoked_at === null) {
      row.revoked_at = now;
      row.revoked_by = changedBy(actor);
      const { revoked_at, revoked_by } = row;
      await tx.updateTable("course_links").set({ revoked_at, revoked_by }).where("id", "=", row.id).execute();
      emit(courseLinkRevoked, { linkId: row.id, courseId: row.course_id });
    }
    const [link] = await linksOf(tx, [row], now);
    return present(link, "one row makes one link");
  },
});
