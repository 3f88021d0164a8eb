/** Signing in as someone who teaches, and hearing at once what one teaches. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { anyone } from "#kernel/policy.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { checkCredentials, confirmCredentials, credentialRefusals } from "./credentials.ts";
import { finishSignIn, signInSecrets } from "./finish-sign-in.ts";
import { mayOpen } from "./policy.ts";
import { credentialFields, SignedIn, TaughtCourse } from "./schema.ts";
import { operation } from "./tables.ts";

/** Opens a session with the rights of someone who teaches; refuses an account that teaches nothing. */
export function facultyLoginWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.facultyLogin",
    summary: "Signs in with the rights of someone who teaches, and gives the courses taught.",
    kind: "command",
    input: z.strictObject(credentialFields),
    output: SignedIn.extend({
      courses: z.array(TaughtCourse).meta({ description: "Empty while a second step is due." }),
    }).meta({ id: "FacultySignedIn" }),
    policy: anyone,
    refusals: { ...credentialRefusals, not_faculty: "forbidden" },
    prepare: checkCredentials,
    async handle(context) {
      const person = await confirmCredentials(context.tx, context.facts);
      const courses = await coursesTaughtBy(context.tx, person.id);
      if (!mayOpen("faculty", { roles: person.roles, teaches: courses.length > 0 })) throw notFaculty();
      const { deviceId, party } = context.facts;
      const proved = { person, scope: "faculty", by: "password", deviceId, party } as const;
      const finished = await finishSignIn(context, proved, coursesTaughtBy);
      return { ...finished, courses: finished.session === null ? [] : [...courses] };
    },
    secrets: signInSecrets,
  });
}

export function notFaculty(): Refusal {
  return new Refusal("not_faculty", "This account teaches no course. Use StudentLogin, or sign in.", {
    kind: "forbidden",
  });
}
