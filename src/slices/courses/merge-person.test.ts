/** Which of two enrolments in one course is the better one. */
import assert from "node:assert/strict";
import test from "node:test";
import { betterEnrolment } from "./merge-person.ts";
import type { CourseRole } from "./schema.ts";

const enrolment = (role: CourseRole, ended_at: number | null = null) => ({ role, ended_at });

test("one that lasts is better than one that has ended, and a role that says more than another", () => {
  const [teacher, student, observer] = [enrolment("instructor"), enrolment("student"), enrolment("observer")];
  assert.equal(betterEnrolment(student, teacher), teacher);
  assert.equal(betterEnrolment(teacher, observer), teacher);
  assert.equal(betterEnrolment(observer, enrolment("instructor", 1)), observer);
  const ended = enrolment("student", 1);
  assert.equal(betterEnrolment(ended, observer), observer);
  assert.equal(betterEnrolment(ended, enrolment("instructor", 2)).role, "instructor");
  const twin = enrolment("student");
  assert.equal(betterEnrolment(student, twin), student, "the kept account's, where both say the same");
});
