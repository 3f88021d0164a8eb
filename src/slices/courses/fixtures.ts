/**
 * A course for tests with somebody of every kind in it and around it, made through the operations themselves. Tokens are
 * those of the test kernel's simple authenticator.
 */
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import type { Person as PersonActor, SchoolRole, SessionScope } from "#kernel/actor.ts";
import { type TestKernel, tokenOf } from "#kernel/testing.ts";
import { buildPerson, buildSchool } from "../identity/fixtures.ts";
import type { Course, CourseRole, Enrolment } from "./schema.ts";

export const personas = [
  "admin",
  "instructor",
  "assistant",
  "student",
  "classmate",
  "observer",
  "former",
  "otherInstructor",
  "outsider",
  "teacherAsStudent",
] as const;
/**
 * Somebody around the course: `former` was a student of it, `otherInstructor` and `outsider` belong to the school only,
 * `teacherAsStudent` is its instructor with a session that StudentLogin opened.
 */
export type Persona = (typeof personas)[number];

export interface CoursePerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly actor: PersonActor;
  readonly token: string;
}

export interface BuiltCourse {
  readonly test: TestKernel;
  readonly people: Readonly<Record<Persona, CoursePerson>>;
  readonly course: Course;
  readonly studentEnrolment: Enrolment;
}

/** Sets a school up, with a course of its instructor and people in every role. */
export async function buildCourse(test: TestKernel): Promise<BuiltCourse> {
  const people = await buildPeople(test);
  const course = await buildBareCourse(test, people.instructor);
  const enrol = (persona: Persona, role: CourseRole) =>
    test.must<Enrolment>(people.instructor.token, "courses.enrolPerson", {
      courseId: course.courseId,
      email: people[persona].email,
      role,
    });
  await enrol("assistant", "teaching_assistant");
  const studentEnrolment = await enrol("student", "student");
  await enrol("classmate", "student");
  await enrol("observer", "observer");
  const { enrolmentId } = await enrol("former", "student");
  await test.must(people.instructor.token, "courses.endEnrolment", { enrolmentId });
  return { test, people, course, studentEnrolment };
}

/** One more course, with nobody in it but who makes it. */
export function buildBareCourse(
  test: TestKernel,
  maker: CoursePerson,
  { code = "ASTRO-101", term = "Autumn 2026" } = {},
): Promise<Course> {
  const title = "Measuring the sky";
  const summary = "How we know how far the stars are.";
  return test.must<Course>(maker.token, "courses.createCourse", { code, term, title, summary });
}

async function buildPeople(test: TestKernel): Promise<BuiltCourse["people"]> {
  const school = await buildSchool(test);
  const random = seededRandom(101);
  const more = (name: string, email: string) =>
    buildPerson(test, { name, email, roles: ["student"] }, random);
  const { admin, instructor, otherInstructor, student, otherStudent, thirdStudent } = school;
  const [assistant, observer, former] = [
    await more("Inés Ramírez", "ines@lindenhof.example"),
    await more("Olu Adeyemi", "olu@lindenhof.example"),
    await more("Fritz Former", "fritz@lindenhof.example"),
  ];
  return {
    admin: personOf(admin, ["admin"]),
    instructor: personOf(instructor, ["instructor"]),
    assistant: personOf(assistant, ["student"]),
    student: personOf(student, ["student"]),
    classmate: personOf(otherStudent, ["student"]),
    observer: personOf(observer, ["student"]),
    former: personOf(former, ["student"]),
    otherInstructor: personOf(otherInstructor, ["instructor"]),
    outsider: personOf(thirdStudent, ["student"]),
    teacherAsStudent: personOf(instructor, [], "student"),
  };
}

interface SomePerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

function personOf(
  { id, name, email }: SomePerson,
  roles: readonly SchoolRole[],
  scope: SessionScope = "full",
): CoursePerson {
  const actor: PersonActor = { kind: "person", personId: id, sessionId: `session-of-${id}`, roles, scope };
  return { id, name, email, actor, token: tokenOf(actor) };
}

/** A valid input of each operation, for the authorization matrix. */
export const matrixInputs = {
  "courses.createCourse": () => ({ code: "NEW-1", term: "Spring 2027", title: "Something new" }),
  "courses.updateCourse": ({ course }) => ({
    courseId: course.courseId,
    version: course.version,
    title: "Measuring it anew",
  }),
  "courses.listCourses": () => ({}),
  "courses.getCourse": ({ course }) => ({ courseId: course.courseId }),
  "courses.joinCourse": ({ course }) => ({ joinCode: course.joinCode ?? "" }),
  "courses.renewJoinCode": ({ course }) => ({ courseId: course.courseId }),
  "courses.enrolPerson": ({ course, people }) => ({
    courseId: course.courseId,
    email: people.outsider.email,
    role: "student",
  }),
  "courses.listEnrolments": ({ course }) => ({ courseId: course.courseId }),
  "courses.endEnrolment": ({ studentEnrolment }) => ({ enrolmentId: studentEnrolment.enrolmentId }),
} as const satisfies Readonly<Record<string, (built: BuiltCourse) => JsonObject>>;
