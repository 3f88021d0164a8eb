/** What anyone may know of the school: enough to draw the page on which one signs in. */
import { z } from "zod";
import { anyone } from "#kernel/policy.ts";
import { withRoles } from "./people.ts";
import { School } from "./schema.ts";
import { findSchool } from "./school.ts";
import { operation } from "./tables.ts";

const demoAccountsMax = 20;

/** The school's name and state; in a demo school also who one can sign in as. */
export const getSchool = operation({
  name: "identity.getSchool",
  summary: "Gives the school's name, whether it is set up, and the accounts of a demo school.",
  kind: "read",
  input: z.strictObject({}),
  output: School,
  policy: anyone,
  underView: "open",
  examples: [{ summary: "Before signing in", input: {} }],
  async handle({ db, sendsMail }) {
    const school = await findSchool(db);
    if (school === null)
      return {
        name: "",
        isSetUp: false,
        isDemo: false,
        instructorsCreateCourses: false,
        twoStepRequiredFor: "nobody" as const,
        demoAccounts: [],
        version: 0,
        sendsMail,
        timeZone: "UTC",
      };
    const demoRows =
      school.demo === 0
        ? []
        : await db
            .selectFrom("people")
            .selectAll()
            .where("demo", "=", 1)
            .where("active", "=", 1)
            .orderBy("id")
            .limit(demoAccountsMax)
            .execute();
    const demoPeople = await withRoles(db, demoRows);
    return {
      name: school.name,
      isSetUp: true,
      isDemo: school.demo === 1,
      instructorsCreateCourses: school.instructors_create_courses === 1,
      twoStepRequiredFor: school.two_step_required_for,
      demoAccounts: demoPeople.map(({ name, email, roles }) => ({ name, email, roles })),
      version: school.version,
      sendsMail,
      timeZone: school.time_zone,
    };
  },
});
