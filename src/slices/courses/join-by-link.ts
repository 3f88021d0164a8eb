/** Coming into a course by a link. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf, signedIn } from "#kernel/policy.ts";
import { linkTokenField } from "./course-link-schema.ts";
import { findLink, linkRefusals, usableLink } from "./course-links.ts";
import { findCourse } from "./courses.ts";
import { enrol, findEnrolment } from "./enrolments.ts";
import { Course } from "./schema.ts";
import { operation } from "./tables.ts";

/** Enrols whoever asks with the link's role; who is in the course already stays what they are, and uses nothing up. */
export const joinByLink = operation({
  name: "courses.joinByLink",
  summary: "Joins a course by a link, with the role that it gives.",
  kind: "command",
  input: z.strictObject({ linkToken: linkTokenField }),
  output: Course,
  policy: signedIn,
  refusals: {
    ...linkRefusals,
    enrolment_ended: "failed_precondition",
    course_full: "failed_precondition",
  },
  async handle(context) {
    const { input, actor, tx, now } = context;
    const { personId } = personOf(actor);
    const found = await findLink(tx, input.linkToken);
    const known = found === null ? null : await findEnrolment(tx, found.course.id, personId);
    // Whoever is in it gets there by an old link too.
    if (found !== null && known !== null && known.ended_at === null)
      return findCourse(tx, actor, found.course.id);
    const { link, course } = await usableLink(tx, input.linkToken, now);
    if (known !== null)
      throw new Refusal(
        "enrolment_ended",
        "You have left this course. Ask an instructor of it to enrol you again.",
      );
    await tx
      .updateTable("course_links")
      .set({ uses: link.uses + 1 })
      .where("id", "=", link.id)
      .execute();
    await enrol(context, {
      ...{ courseId: course.id, personId, role: link.role, by: personId },
      ...{ origin: "link", originId: link.id },
    });
    return findCourse(tx, actor, course.id);
  },
});
