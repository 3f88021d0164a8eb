/** What invitation links to a course say on the wire, and their limits. */
import { z } from "zod";
import { lineField } from "#kernel/line-field.ts";
import { CourseRole, idField } from "./schema.ts";

/** Links of one course that can be used. */
export const courseLinksMax = 50;
/** The furthest end of a link: a year. */
export const linkMsMax = 366 * 24 * 3_600_000;
export const linkMsDefault = 14 * 24 * 3_600_000;
export const linkUsesMax = 5_000;
export const linkLabelLengthMax = 80;

/** Instructors are enrolled by name: a link that travels must not hand a course over. */
export const LinkRole = z.enum(["student", "teaching_assistant", "observer"]).meta({ id: "LinkRole" });
export type LinkRole = z.output<typeof LinkRole>;

export const courseLinkIdField = idField("the link");
export const linkLabelField = lineField(linkLabelLengthMax, "What the link is for: Exchange students.");
export const linkTokenField = z
  .string()
  .min(1)
  .max(500)
  .meta({ description: "The secret part of the link, or the whole link." });

export const CourseLinkState = z
  .enum(["open", "revoked", "expired", "used_up"])
  .meta({ id: "CourseLinkState" });
export type CourseLinkState = z.output<typeof CourseLinkState>;

export const CourseLink = z
  .object({
    linkId: z.string(),
    courseId: z.string(),
    label: z.string(),
    role: LinkRole,
    state: CourseLinkState,
    uses: z.int().meta({ description: "How many came into the course by it." }),
    usesMax: z.int().nullable().meta({ description: "How many may; null for any number." }),
    madeBy: z.string().meta({ description: "The name of who made it." }),
    madeAt: z.int().meta({ description: "Milliseconds UTC." }),
    expiresAt: z.int().meta({ description: "Milliseconds UTC." }),
    revokedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was revoked." }),
  })
  .meta({ id: "CourseLink" });
export type CourseLink = z.output<typeof CourseLink>;

/** What whoever opens a link is told before they join. */
export const OpenedCourseLink = z
  .object({
    schoolName: z.string(),
    courseId: z.string(),
    title: z.string(),
    code: z.string(),
    term: z.string(),
    role: CourseRole,
    invitedBy: z.string().meta({ description: "The name of who made the link." }),
    expiresAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "OpenedCourseLink" });

/** A link with its address, which holds a secret. */
export const ShownCourseLink = z
  .object({
    link: CourseLink,
    secretId: z.string(),
    address: z.string().meta({ description: "The link. `showCourseLink` gives it again." }),
  })
  .meta({ id: "ShownCourseLink" });
