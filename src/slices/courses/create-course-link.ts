/** Making a link by which people come into a course. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";
import {
  courseLinksMax,
  LinkRole,
  linkLabelField,
  linkMsDefault,
  linkMsMax,
  linkUsesMax,
  ShownCourseLink,
} from "./course-link-schema.ts";
import { addressOfLink, linksOf, newLinkSecret } from "./course-links.ts";
import { courseLinkCreated } from "./events.ts";
import { cleanLine } from "./keys.ts";
import { managesCourse } from "./policy.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Whoever opens the link signs in and is enrolled, until it expires, is used up or withdrawn. */
export const createCourseLink = operation({
  name: "courses.createCourseLink",
  summary: "Makes a link by which people of the school come into a course with a role.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    label: linkLabelField,
    role: LinkRole.default("student"),
    expiresAt: z
      .int()
      .min(0)
      .optional()
      .meta({ description: "Milliseconds UTC, at most a year ahead; two weeks ahead when absent." }),
    usesMax: z
      .int()
      .min(1)
      .max(linkUsesMax)
      .nullable()
      .default(null)
      .meta({ description: "How many may come by it; null for any number." }),
  }),
  output: ShownCourseLink,
  policy: managesCourse,
  refusals: { too_many_links: "failed_precondition" },
  examples: [
    {
      summary: "For thirty exchange students",
      input: {
        courseId: "01a1fc9d-feda-7000-ab33-c7ffadd4fa47",
        label: "Exchange students",
        usesMax: 30,
      },
    },
  ],
  prepare: async ({ random, services }) => newLinkSecret(random, services),
  async handle({ input, actor, tx, now, newId, facts, emit }) {
    const expiresAt = input.expiresAt ?? now + linkMsDefault;
    if (expiresAt <= now) throw invalidField("expiresAt", "Choose an end that is still to come.");
    if (expiresAt > now + linkMsMax) throw invalidField("expiresAt", "A link holds for a year at most.");
    const { count } = await tx
      .selectFrom("course_links")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("course_id", "=", input.courseId)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now)
      .executeTakeFirstOrThrow();
    if (Number(count) >= courseLinksMax)
      throw new Refusal(
        "too_many_links",
        `A course has up to ${courseLinksMax} links that hold. Withdraw one that is not needed.`,
      );
    const row = {
      id: newId(),
      course_id: input.courseId,
      label: cleanLine(input.label),
      role: input.role,
      secret_id: facts.secretId,
      secret_hash: facts.secretHash,
      uses: 0,
      uses_max: input.usesMax,
      expires_at: expiresAt,
      made_by: changedBy(actor),
      made_at: now,
      revoked_at: null,
      revoked_by: null,
    };
    await tx.insertInto("course_links").values(row).execute();
    emit(courseLinkCreated, { linkId: row.id, courseId: row.course_id });
    const [link] = await linksOf(tx, [row], now);
    return { link: present(link, "one row makes one link"), secretId: row.secret_id };
  },
  secrets: { address: async ({ output, services }) => addressOfLink(services, output.secretId) },
});
