/** Who is signed in, and with which rights. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { previewedStudentId, type SchoolRole } from "#kernel/actor.ts";
import { personOf } from "#kernel/policy.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { findPerson } from "./people.ts";
import { signedInPerson } from "./policy.ts";
import { Person, roleField, Session } from "./schema.ts";
import { secondStepDue } from "./second-step-due.ts";
import { sessionOfRow } from "./sessions.ts";
import { operation } from "./tables.ts";

/** The person behind the token, the roles that it may use, and the session unless a program asks. */
export function whoAmIWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.whoAmI",
    summary: "Gives the person who is signed in, and what the session may do.",
    kind: "read",
    input: z.strictObject({}),
    output: z
      .object({
        person: Person,
        roles: z.array(roleField).meta({ description: "The school-wide roles that this session may use." }),
        scope: z.enum(["full", "student", "faculty"]),
        timeZone: z.string().nullable().meta({
          description: "The time zone that the person has set; null where it is the school's.",
        }),
        session: Session.nullable().meta({ description: "Null for a program with an access token." }),
        view: z
          .object({
            viewerName: z.string().meta({ description: "Who really looks." }),
            courseId: z
              .string()
              .nullable()
              .meta({ description: "The one course that is shown; null for all." }),
            until: z.int().meta({ description: "When it ends by itself." }),
            isPreview: z.boolean().meta({
              description: "Whether no person in particular is looked as, but a student of the course.",
            }),
          })
          .meta({ id: "CurrentView" })
          .nullable()
          .meta({ description: "Set while somebody else looks at the school as this person." }),
        secondStepDue: z.enum(["set_up", "sign_in"]).nullable().meta({
          id: "SecondStepDue",
          description:
            "What the school asks for before this session is renewed: a second step of the account, or signing in with it.",
        }),
      })
      .meta({ id: "WhoAmI" }),
    policy: signedInPerson,
    underView: "open",
    examples: [{ summary: "Ask who is signed in", input: {} }],
    async handle({ actor, db }) {
      const { personId, sessionId, roles, scope, view } = personOf(actor);
      const isPreview = view?.preview !== undefined;
      const found = await findPerson(db, isPreview ? view.viewerId : personId);
      const row = present(found, "the actor is a person with a row");
      const person = isPreview ? { ...row, ...previewedStudent } : row;
      const session = await db
        .selectFrom("sessions")
        .selectAll()
        .where("id", "=", sessionId)
        .executeTakeFirst();
      const zone = await db
        .selectFrom("person_time_zones")
        .select("time_zone")
        .where("person_id", "=", person.id)
        .executeTakeFirst();
      return {
        person,
        roles: [...roles],
        scope,
        timeZone: zone?.time_zone ?? null,
        session: session === undefined ? null : sessionOfRow(session),
        secondStepDue:
          session === undefined || view !== undefined
            ? null
            : await secondStepDue(db, session, coursesTaughtBy),
        view:
          view === undefined
            ? null
            : {
                viewerName: (await findPerson(db, view.viewerId))?.name ?? "",
                courseId: view.courseId,
                until: session?.view_until ?? 0,
                isPreview,
              },
      };
    },
  });
}

/** What is said of somebody who is nobody in particular. */
const previewedStudent = {
  id: previewedStudentId,
  name: "A student",
  email: "",
  roles: ["student"] satisfies SchoolRole[],
};
