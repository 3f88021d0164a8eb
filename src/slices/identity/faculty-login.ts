/** Signing in as someone who teaches, and hearing at once what one teaches. */
import { z } from "zod";
import type { Database } from "#engines/store/port.ts";
import { Refusal } from "#kernel/errors.ts";
import { anyone } from "#kernel/policy.ts";
import { checkCredentials, confirmCredentials, credentialRefusals } from "./credentials.ts";
import { mayOpen } from "./policy.ts";
import { credentialFields, SignedIn, TaughtCourse } from "./schema.ts";
import { openSession, signInSecrets } from "./sessions.ts";
import { operation } from "./tables.ts";

/** The courses that a person teaches; another slice knows them, so the composition root hands this in. */
export type CoursesTaughtBy = (database: Database, personId: string) => Promise<readonly TaughtCourse[]>;

/** Opens a session with the rights of someone who teaches; refuses an account that teaches nothing. */
export function facultyLoginWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.facultyLogin",
    summary: "Signs in with the rights of someone who teaches, and gives the courses taught.",
    kind: "command",
    input: z.strictObject(credentialFields),
    output: SignedIn.extend({ courses: z.array(TaughtCourse) }).meta({ id: "FacultySignedIn" }),
    policy: anyone,
    refusals: { ...credentialRefusals, not_faculty: "forbidden" },
    prepare: checkCredentials,
    async handle(context) {
      const person = await confirmCredentials(context.tx, context.facts);
      const courses = await coursesTaughtBy(context.tx, person.id);
      if (!mayOpen("faculty", { roles: person.roles, teaches: courses.length > 0 }))
        throw new Refusal("not_faculty", "This account teaches no course. Use StudentLogin, or sign in.", {
          kind: "forbidden",
        });
      return { session: await openSession(context, person.id, "faculty"), person, courses: [...courses] };
    },
    secrets: signInSecrets,
  });
}
