/** A link into a course, once more: to copy it, or to show it as a code. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { courseLinkIdField, ShownCourseLink } from "./course-link-schema.ts";
import { addressOfLink, linksOf } from "./course-links.ts";
import { managesCourseOfLink } from "./policy.ts";
import { operation } from "./tables.ts";

/** Gives the address of a link again. A command, since only those may mint secrets; the audit trail says who saw it. */
export const showCourseLink = operation({
  name: "courses.showCourseLink",
  summary: "Gives the address of a link into a course once more.",
  kind: "command",
  input: z.strictObject({ linkId: courseLinkIdField }),
  output: ShownCourseLink,
  policy: managesCourseOfLink,
  async handle({ input, tx, now }) {
    const row = await tx
      .selectFrom("course_links")
      .selectAll()
      .where("id", "=", input.linkId)
      .executeTakeFirstOrThrow();
    const [link] = await linksOf(tx, [row], now);
    return { link: present(link, "one row makes one link"), secretId: row.secret_id };
  },
  secrets: { address: async ({ output, services }) => addressOfLink(services, output.secretId) },
});
