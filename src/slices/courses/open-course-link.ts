/** What whoever opens a link into a course sees before they join. */
import { z } from "zod";
import { anyone } from "#kernel/policy.ts";
import { peopleByIds, schoolSettings } from "#slices/identity/api.ts";
import { linkTokenField, OpenedCourseLink } from "./course-link-schema.ts";
import { linkRefusals, usableLink } from "./course-links.ts";
import { operation } from "./tables.ts";

/**
 * Opens a link without joining, also for people who are not signed in: they are told where it leads, and then sign in. It
 * changes nothing but is a command, since a read's input travels in the address, where logs would keep the secret.
 */
export const openCourseLink = operation({
  name: "courses.openCourseLink",
  summary: "Says to which course a link leads, and with which role, before one joins.",
  kind: "command",
  input: z.strictObject({ linkToken: linkTokenField }),
  output: OpenedCourseLink,
  policy: anyone,
  refusals: linkRefusals,
  async handle({ input, tx, now }) {
    const { link, course } = await usableLink(tx, input.linkToken, now);
    const people = await peopleByIds(tx, [link.made_by]);
    return {
      schoolName: (await schoolSettings(tx))?.name ?? "",
      courseId: course.id,
      title: course.title,
      code: course.code,
      term: course.term,
      role: link.role,
      invitedBy: people.get(link.made_by)?.name ?? "",
      expiresAt: link.expires_at,
    };
  },
});
