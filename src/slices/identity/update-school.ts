/** Changing the school's settings. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { timeZoneField } from "#kernel/time-zone-field.ts";
import { schoolUpdated } from "./events.ts";
import { cleanName } from "./names.ts";
import { nameField, twoStepRequirementField } from "./schema.ts";
import { findSchool, schoolId } from "./school.ts";
import { operation } from "./tables.ts";

/** Changes what is given and leaves the rest; refuses when somebody else changed the settings meanwhile. */
export const updateSchool = operation({
  name: "identity.updateSchool",
  summary: "Changes the school's name and settings.",
  kind: "command",
  input: z.strictObject({
    version: z.int().meta({ description: "The version that `getSchool` gave." }),
    name: nameField.optional(),
    instructorsCreateCourses: z.boolean().optional(),
    timeZone: timeZoneField.optional(),
    twoStepRequiredFor: twoStepRequirementField.optional(),
  }),
  output: z.object({
    name: z.string(),
    instructorsCreateCourses: z.boolean(),
    version: z.int(),
    timeZone: z.string(),
    twoStepRequiredFor: twoStepRequirementField,
  }),
  policy: hasRole("admin"),
  refusals: { not_set_up: "failed_precondition", version_conflict: "conflict" },
  examples: [
    { summary: "Only admins create courses", input: { version: 1, instructorsCreateCourses: false } },
  ],
  async handle({ input, tx, emit }) {
    const school = await findSchool(tx);
    if (school === null) throw new Refusal("not_set_up", "This school is not set up yet.");
    if (school.version !== input.version)
      throw new Refusal("version_conflict", "Somebody else changed the settings meanwhile. Look again.", {
        kind: "conflict",
      });
    const name = input.name === undefined ? school.name : cleanName(input.name);
    const instructorsCreateCourses =
      input.instructorsCreateCourses ?? school.instructors_create_courses === 1;
    const timeZone = input.timeZone ?? school.time_zone;
    const twoStepRequiredFor = input.twoStepRequiredFor ?? school.two_step_required_for;
    const version = school.version + 1;
    await tx
      .updateTable("school")
      .set({
        name,
        instructors_create_courses: instructorsCreateCourses ? 1 : 0,
        time_zone: timeZone,
        two_step_required_for: twoStepRequiredFor,
        version,
      })
      .where("id", "=", schoolId)
      .execute();
    emit(schoolUpdated, {});
    return { name, instructorsCreateCourses, version, timeZone, twoStepRequiredFor };
  },
});
