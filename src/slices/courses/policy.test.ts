/** Who may do what in a course, as a text to read: `testdata/policy.txt`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { runTranscript } from "#base/data-driven.ts";
import { type Actor, anonymous, type SchoolRole, type SessionScope } from "#kernel/actor.ts";
import {
  belongs,
  decide,
  decideCreateCourse,
  decideListCourses,
  manages,
  roleInScope,
  type Standing,
  standingOf,
  studies,
  teaches,
} from "./policy.ts";
import { courseRoles } from "./schema.ts";
import { matrixOf } from "./testing.ts";

const claims = { belongs, teaches, manages, studies };
const deciding = (claim: (standing: Standing) => boolean) => (standing: Standing) =>
  decide(standing, claim, { thing: "course", otherwise: "No." });

test("what each standing lets people do in a course", () => {
  runTranscript(join(import.meta.dirname, "testdata", "policy.txt"), () =>
    matrixOf(Object.fromEntries(Object.entries(claims).map(([name, claim]) => [name, deciding(claim)]))),
  );
});

const person = (scope: SessionScope, ...roles: readonly SchoolRole[]): Actor => ({
  kind: "person",
  personId: "p",
  sessionId: "s",
  roles,
  scope,
});

test("a session that StudentLogin opened never teaches, whatever the enrolment says", () => {
  for (const role of courseRoles) {
    const standing = standingOf(person("student", "student"), role);
    assert(!teaches(standing) && !manages(standing), role);
    assert.equal(standing.kind === "member" && standing.role, role === "student" ? "student" : "observer");
  }
});

test("sessions of other scopes carry the role as it is", () => {
  for (const scope of ["full", "faculty"] as const)
    for (const role of courseRoles) assert.equal(roleInScope(role, scope), role);
});

test("nobody is anything in a course without an enrolment, but an admin and Lyceum itself", () => {
  assert.equal(standingOf(anonymous, null).kind, "anonymous");
  assert.equal(standingOf(person("full", "instructor", "student"), null).kind, "outsider");
  assert.equal(standingOf(person("full", "admin"), null).kind, "administration");
  assert.equal(standingOf({ kind: "system", name: "jobs" }, null).kind, "administration");
});

test("creating courses is for admins, and for instructors where the school says so", () => {
  const may = (actor: Actor, instructorsCreateCourses: boolean) =>
    decideCreateCourse(actor, { instructorsCreateCourses }).allowed;
  assert.deepEqual(
    [person("full", "admin"), person("full", "instructor"), person("full", "student"), anonymous].map(
      (actor) => [may(actor, true), may(actor, false)],
    ),
    [
      [true, true],
      [true, false],
      [false, false],
      [false, false],
    ],
  );
});

test("only admins list all courses", () => {
  assert(decideListCourses(person("full", "admin"), "all").allowed);
  assert(!decideListCourses(person("full", "instructor"), "all").allowed);
  assert(decideListCourses(person("full", "student"), "mine").allowed);
  assert(!decideListCourses(anonymous, "mine").allowed);
});
