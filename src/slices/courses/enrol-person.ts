/** Bringing somebody into a course by their e-mail address, or changing what they are in it. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { emailField, personByEmail } from "#slices/identity/api.ts";
import { activeRole } from "./courses.ts";
import { enrol, enrolmentsOf } from "./enrolments.ts";
import { managesCourse } from "./policy.ts";
import { CourseRole, courseIdField, Enrolment } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Enrols a person of the school with a role; somebody who is in the course gets the role instead of theirs. */
export const enrolPerson = operation({
  name: "courses.enrolPerson",
  summary: "Enrols a person of the school in a course, or changes their role in it.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField, email: emailField, role: CourseRole }),
  output: Enrolment,
  policy: managesCourse,
  refusals: {
    unknown_person: "not_found",
    person_inactive: "failed_precondition",
    last_instructor: "failed_precondition",
    course_full: "failed_precondition",
  },
  async handle(context) {
    const { input, actor, tx } = context;
    const { courseId, role } = input;
    const person = await personByEmail(tx, input.email);
    if (person === null)
      throw new Refusal(
        "unknown_person",
        "Nobody in the school has this e-mail address. An admin can add them first.",
        { kind: "not_found" },
      );
    if (!person.active)
      throw new Refusal("person_inactive", `The account of ${person.name} is switched off. Ask an admin.`);
    const own = await activeRole(tx, actor, courseId);
    const origin = own === "instructor" ? "instructor" : "admin";
    const row = await enrol(context, { courseId, personId: person.id, role, origin, by: changedBy(actor) });
    const [enrolment] = await enrolmentsOf(tx, [row]);
    return present(enrolment, "one row makes one enrolment");
  },
});
