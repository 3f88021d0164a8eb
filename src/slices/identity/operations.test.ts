/**
 * Every operation as a table of scenarios: who asks, what is given, what comes of it, which events follow, on both
 * engines. After each, no secret may stand in receipts, audit rows or events.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { JsonObject } from "#base/json.ts";
import { tablesOf } from "#engines/store/port.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { type BuiltSchool, fixturePassword, matrixInputs } from "./fixtures.ts";
import { openSchool, type TestSchool } from "./testing.ts";

type Actor = "admin" | "instructor" | "student" | "otherStudent" | "program" | "nobody" | "forger";
type Given = Record<string, string>;

interface Scenario {
  readonly operation: keyof typeof matrixInputs;
  readonly as: Actor;
  /** What the scenario is about, where actor and outcome do not say it. */
  readonly about?: string;
  readonly given?: (test: TestSchool) => Promise<Given>;
  /** The matrix's input when absent. */
  readonly input?: (school: BuiltSchool, given: Given) => JsonObject;
  /** `done`, or the code of the refusal. */
  readonly outcome: string;
  readonly output?: (output: JsonObject, school: BuiltSchool) => void;
  readonly events?: readonly string[];
}

const credentials = (email: string) => ({ email, password: fixturePassword });
const noOutsiders = (operation: Scenario["operation"]): Scenario[] => [
  { operation, as: "nobody", outcome: "unauthenticated" },
  { operation, as: "forger", outcome: "unauthenticated" },
];
const adminOnly = (operation: Scenario["operation"]): Scenario[] => [
  ...noOutsiders(operation),
  { operation, as: "student", outcome: "forbidden" },
  { operation, as: "instructor", outcome: "forbidden" },
  { operation, as: "program", outcome: "forbidden" },
];

const themselvesOnly = (operation: Scenario["operation"]): Scenario[] => [
  ...noOutsiders(operation),
  { operation, as: "program", outcome: "forbidden" },
];

const scenarios: readonly Scenario[] = [
  {
    operation: "identity.getSchool",
    as: "nobody",
    outcome: "done",
    output: (output) =>
      assert.deepEqual(output, {
        name: "Lindenhof School",
        isSetUp: true,
        isDemo: false,
        instructorsCreateCourses: true,
        twoStepRequiredFor: "nobody",
        demoAccounts: [],
        version: 1,
        timeZone: "Europe/Vienna",
        sendsMail: true,
      }),
  },
  { operation: "identity.getSchool", as: "forger", outcome: "unauthenticated" },

  { operation: "identity.setUpSchool", as: "nobody", outcome: "set_up_done" },
  {
    operation: "identity.setUpSchool",
    as: "nobody",
    about: "with somebody's session for a set-up token",
    input: (school) => ({
      ...matrixInputs["identity.setUpSchool"](school),
      setUpToken: school.student.token,
    }),
    outcome: "set_up_token_invalid",
  },

  ...adminOnly("identity.resetTwoStep"),
  ...adminOnly("identity.viewAs"),
  ...adminOnly("identity.previewMerge"),
  { operation: "identity.previewMerge", as: "admin", outcome: "done" },
  ...adminOnly("identity.mergePeople"),
  {
    operation: "identity.mergePeople",
    as: "admin",
    outcome: "done",
    events: ["session.revoked", "person.deactivated"],
  },
  {
    operation: "identity.mergePeople",
    as: "admin",
    about: "without the name",
    input: ({ thirdStudent, student }) => ({
      ...{ fromId: thirdStudent.id, intoId: student.id, confirmName: "Zo" },
    }),
    outcome: "invalid_input",
  },
  {
    operation: "identity.mergePeople",
    as: "admin",
    about: "with itself",
    input: ({ student }) => ({ fromId: student.id, intoId: student.id, confirmName: student.name }),
    outcome: "same_account",
  },
  {
    operation: "identity.mergePeople",
    as: "admin",
    about: "away with their own",
    input: ({ admin, student }) => ({ fromId: admin.id, intoId: student.id, confirmName: admin.name }),
    outcome: "own_account",
  },
  {
    operation: "identity.mergePeople",
    as: "admin",
    about: "with nobody",
    input: ({ student }) => ({ fromId: student.id, intoId: student.sessionId, confirmName: student.name }),
    outcome: "not_found",
  },
  ...adminOnly("identity.getPersonMerge"),
  { operation: "identity.getPersonMerge", as: "admin", outcome: "not_found" },
  ...adminOnly("identity.listPersonMerges"),
  {
    operation: "identity.listPersonMerges",
    as: "admin",
    outcome: "done",
    output: (output) => assert.deepEqual(output, { items: [], nextCursor: null }),
  },
  ...adminOnly("identity.updateSchool"),
  {
    operation: "identity.updateSchool",
    as: "admin",
    input: () => ({ version: 1, instructorsCreateCourses: false }),
    outcome: "done",
    output: (output) =>
      assert.deepEqual(output, {
        name: "Lindenhof School",
        instructorsCreateCourses: false,
        version: 2,
        timeZone: "Europe/Vienna",
        twoStepRequiredFor: "nobody",
      }),
    events: ["school.updated"],
  },
  {
    operation: "identity.updateSchool",
    as: "admin",
    about: "after somebody else",
    input: () => ({ version: 0, name: "Mine" }),
    outcome: "version_conflict",
  },

  {
    operation: "identity.signIn",
    as: "nobody",
    input: ({ student }) => credentials(` ${student.email.toUpperCase()}`),
    outcome: "done",
    output: ({ person, session, ...rest }, school) => {
      assert.equal((person as JsonObject).id, school.student.id);
      assert.equal((session as JsonObject).scope, "full");
      assert.deepEqual(Object.keys(rest).sort(), ["challengeToken", "deviceToken", "secondStep", "token"]);
    },
  },
  {
    operation: "identity.signIn",
    as: "nobody",
    about: "with a wrong password",
    input: ({ student }) => ({ email: student.email, password: "eight quiet otters" }),
    outcome: "wrong_credentials",
  },
  {
    operation: "identity.signIn",
    as: "nobody",
    about: "as somebody who is not there",
    input: () => credentials("nobody@lindenhof.example"),
    outcome: "wrong_credentials",
  },
  {
    operation: "identity.signIn",
    as: "nobody",
    about: "as somebody who has not joined",
    input: ({ invited }) => credentials(invited.email),
    outcome: "wrong_credentials",
  },
  {
    operation: "identity.signIn",
    as: "nobody",
    about: "as somebody who was shut out",
    given: async ({ must, school }) => {
      await must(school.admin.token, "identity.setPersonActive", {
        personId: school.student.id,
        active: false,
      });
      return {};
    },
    input: ({ student }) => credentials(student.email),
    outcome: "wrong_credentials",
  },
  { operation: "identity.signIn", as: "forger", outcome: "unauthenticated" },

  {
    operation: "identity.studentLogin",
    as: "nobody",
    outcome: "done",
    output: ({ session }) => assert.equal((session as JsonObject).scope, "student"),
  },
  {
    operation: "identity.studentLogin",
    as: "nobody",
    about: "as an instructor",
    input: ({ instructor }) => credentials(instructor.email),
    outcome: "not_a_student",
  },
  {
    operation: "identity.studentLogin",
    as: "nobody",
    about: "as an instructor with a wrong password, which must not tell that it is one",
    input: ({ instructor }) => ({ email: instructor.email, password: "eight quiet otters" }),
    outcome: "wrong_credentials",
  },

  {
    operation: "identity.facultyLogin",
    as: "nobody",
    given: async ({ teach, school }) => {
      teach(school.instructor.id, { id: "c1", code: "MATH-1", title: "Analysis", term: "2026S" });
      return {};
    },
    outcome: "done",
    output: ({ session, courses }) => {
      assert.equal((session as JsonObject).scope, "faculty");
      assert.deepEqual(courses, [{ id: "c1", code: "MATH-1", title: "Analysis", term: "2026S" }]);
    },
  },
  {
    operation: "identity.facultyLogin",
    as: "nobody",
    about: "as an instructor without courses yet",
    outcome: "done",
    output: ({ courses }) => assert.deepEqual(courses, []),
  },
  {
    operation: "identity.facultyLogin",
    as: "nobody",
    about: "as a student who assists in a course",
    given: async ({ teach, school }) => {
      teach(school.student.id, { id: "c1", code: "MATH-1", title: "Analysis", term: "2026S" });
      return {};
    },
    input: ({ student }) => credentials(student.email),
    outcome: "done",
  },
  {
    operation: "identity.facultyLogin",
    as: "nobody",
    about: "as a student",
    input: ({ student }) => credentials(student.email),
    outcome: "not_faculty",
  },
  {
    operation: "identity.facultyLogin",
    as: "nobody",
    about: "as an admin who teaches nothing",
    input: ({ admin }) => credentials(admin.email),
    outcome: "not_faculty",
  },

  ...noOutsiders("identity.logout"),
  { operation: "identity.logout", as: "program", outcome: "forbidden" },
  { operation: "identity.logout", as: "student", outcome: "done", events: ["session.revoked"] },

  ...noOutsiders("identity.whoAmI"),
  {
    operation: "identity.whoAmI",
    as: "student",
    outcome: "done",
    output: ({ person, roles, scope, session }, { student }) => {
      assert.equal((person as JsonObject).email, student.email);
      assert.deepEqual(roles, ["student"]);
      assert.equal(scope, "full");
      assert.equal((session as JsonObject).id, student.sessionId);
    },
  },
  {
    operation: "identity.whoAmI",
    as: "program",
    outcome: "done",
    output: ({ person, session }, { student }) => {
      assert.equal((person as JsonObject).id, student.id);
      assert.equal(session, null);
    },
  },

  ...noOutsiders("identity.renewSession"),
  { operation: "identity.renewSession", as: "program", outcome: "forbidden" },
  {
    operation: "identity.renewSession",
    as: "student",
    outcome: "done",
    output: ({ session, token }, { student }) => {
      assert.equal((session as JsonObject).id, student.sessionId);
      assert.equal(typeof token, "string");
    },
  },

  ...noOutsiders("identity.listSessions"),
  {
    operation: "identity.listSessions",
    as: "student",
    outcome: "done",
    output: ({ items }, { student }) => {
      const listed = items as JsonObject[];
      assert.deepEqual(
        listed.map(({ id, isCurrent, device }) => ({ id, isCurrent, device })),
        [{ id: student.sessionId, isCurrent: true, device: "fixture" }],
      );
    },
  },

  ...noOutsiders("identity.revokeSession"),
  { operation: "identity.revokeSession", as: "program", outcome: "forbidden" },
  { operation: "identity.revokeSession", as: "otherStudent", about: "of another's", outcome: "not_found" },
  { operation: "identity.revokeSession", as: "admin", about: "of a student's", outcome: "not_found" },
  { operation: "identity.revokeSession", as: "student", outcome: "done", events: ["session.revoked"] },

  ...themselvesOnly("identity.endOtherSessions"),
  {
    operation: "identity.endOtherSessions",
    as: "student",
    given: async ({ must, school }) => {
      await must(null, "identity.signIn", credentials(school.student.email));
      return {};
    },
    outcome: "done",
    output: (output) => assert.deepEqual(output, { sessionsEnded: 1 }),
    events: ["session.revoked"],
  },

  ...noOutsiders("identity.changePassword"),
  { operation: "identity.changePassword", as: "program", outcome: "forbidden" },
  {
    operation: "identity.changePassword",
    as: "student",
    given: async ({ must, school }) => {
      await must(null, "identity.signIn", credentials(school.student.email));
      return {};
    },
    outcome: "done",
    output: (output) =>
      assert.deepEqual(output, { sessionsEnded: 1, accessTokensEnded: 0, accessTokensLeft: 0 }),
    events: ["session.revoked", "password.changed"],
  },
  {
    operation: "identity.changePassword",
    as: "student",
    about: "without knowing the old one",
    input: () => ({ currentPassword: "eight quiet otters", newPassword: "nine loud herons" }),
    outcome: "wrong_password",
  },
  {
    operation: "identity.changePassword",
    as: "student",
    about: "to a common one",
    input: () => ({ currentPassword: fixturePassword, newPassword: "Password123" }),
    outcome: "weak_password",
  },

  ...noOutsiders("identity.createAccessToken"),
  { operation: "identity.createAccessToken", as: "program", outcome: "forbidden" },
  {
    operation: "identity.createAccessToken",
    as: "student",
    outcome: "done",
    output: ({ accessToken, secret }) => {
      const { name, lastFour, scope } = accessToken as JsonObject;
      assert.equal(name, "Grade export");
      assert.equal(scope, "full");
      assert.match(String(secret), /^lyc_[\w.-]+~[0-9a-f]{4}$/);
      assert.equal(String(secret).slice(-4), lastFour);
    },
  },
  {
    operation: "identity.createAccessToken",
    as: "student",
    about: "for more than a year",
    input: () => ({ name: "For ever", expiresInDays: 366 }),
    outcome: "invalid_input",
  },

  ...noOutsiders("identity.listAccessTokens"),
  {
    operation: "identity.listAccessTokens",
    as: "student",
    given: async ({ must, school }) => {
      await must(school.student.token, "identity.createAccessToken", { name: "One" });
      await must(school.otherStudent.token, "identity.createAccessToken", { name: "Another's" });
      return {};
    },
    outcome: "done",
    output: ({ items }) => {
      const names = (items as JsonObject[]).map(({ name }) => name);
      assert.deepEqual(names, ["One"]);
      assert.doesNotMatch(JSON.stringify(items), /lyc_/);
    },
  },

  ...noOutsiders("identity.revokeAccessToken"),
  {
    operation: "identity.revokeAccessToken",
    as: "student",
    about: "that is not there",
    outcome: "not_found",
  },
  {
    operation: "identity.revokeAccessToken",
    as: "otherStudent",
    about: "of another's",
    given: accessTokenOfStudent,
    input: (_school, { id = "" }) => ({ accessTokenId: id }),
    outcome: "not_found",
  },
  {
    operation: "identity.revokeAccessToken",
    as: "student",
    given: accessTokenOfStudent,
    input: (_school, { id = "" }) => ({ accessTokenId: id }),
    outcome: "done",
    events: ["access_token.revoked"],
  },

  ...adminOnly("identity.addPerson"),
  {
    operation: "identity.addPerson",
    as: "admin",
    input: () => ({
      name: " محمد  علي ",
      email: "Mo@Lindenhof.example",
      roles: ["student", "admin", "student"],
    }),
    outcome: "done",
    output: ({ person, invitationLink }) => {
      const { name, email, roles, hasJoined } = person as JsonObject;
      assert.deepEqual(
        { name, email, roles, hasJoined },
        { name: "محمد علي", email: "mo@lindenhof.example", roles: ["admin", "student"], hasJoined: false },
      );
      assert.match(String(invitationLink), /^http:\/\/school\.test\/invitation#eyJ/);
    },
    events: ["person.added"],
  },
  {
    operation: "identity.addPerson",
    as: "admin",
    about: "with an address that is taken, spelt otherwise",
    input: () => ({ name: "Other Ada", email: "ADA@lindenhof.example", roles: ["student"] }),
    outcome: "email_taken",
  },
  {
    operation: "identity.addPerson",
    as: "admin",
    about: "with a name too long",
    input: () => ({ name: "x".repeat(201), email: "x@lindenhof.example", roles: ["student"] }),
    outcome: "invalid_input",
  },
  {
    operation: "identity.addPerson",
    as: "admin",
    about: "with a role that is none",
    input: () => ({ name: "X", email: "x@lindenhof.example", roles: ["owner"] }),
    outcome: "invalid_input",
  },

  ...adminOnly("identity.reissueInvitation"),
  { operation: "identity.reissueInvitation", as: "admin", outcome: "done" },
  {
    operation: "identity.reissueInvitation",
    as: "admin",
    about: "for nobody",
    input: (school) => ({ personId: school.student.sessionId }),
    outcome: "not_found",
  },
  {
    operation: "identity.reissueInvitation",
    as: "admin",
    about: "for somebody who is shut out",
    given: async ({ must, school }) => {
      await must(school.admin.token, "identity.setPersonActive", {
        personId: school.student.id,
        active: false,
      });
      return {};
    },
    input: (school) => ({ personId: school.student.id }),
    outcome: "person_inactive",
  },

  {
    operation: "identity.getInvitation",
    as: "nobody",
    outcome: "done",
    output: ({ name, email, schoolName }) =>
      assert.deepEqual(
        { name, email, schoolName },
        { name: "Kwame Mensah", email: "guest@lindenhof.example", schoolName: "Lindenhof School" },
      ),
  },
  {
    operation: "identity.getInvitation",
    as: "nobody",
    about: "with a token for something else",
    input: (school) => ({ invitationToken: school.setUpToken }),
    outcome: "invitation_invalid",
  },
  { operation: "identity.getInvitation", as: "forger", outcome: "unauthenticated" },

  {
    operation: "identity.acceptInvitation",
    as: "nobody",
    outcome: "done",
    output: ({ person, session }, { invited }) => {
      assert.equal((person as JsonObject).id, invited.id);
      assert.equal((person as JsonObject).hasJoined, true);
      assert.equal((session as JsonObject).scope, "full");
    },
    events: ["person.joined"],
  },
  {
    operation: "identity.acceptInvitation",
    as: "nobody",
    about: "a second time",
    given: async ({ must, school }) => {
      await must(null, "identity.acceptInvitation", matrixInputs["identity.acceptInvitation"](school));
      return {};
    },
    outcome: "invitation_used",
  },
  {
    operation: "identity.acceptInvitation",
    as: "nobody",
    about: "two weeks later",
    given: async ({ clock }) => {
      clock.advance(14 * 24 * 3_600_000);
      return {};
    },
    outcome: "invitation_expired",
  },
  {
    operation: "identity.acceptInvitation",
    as: "nobody",
    about: "after a newer one was made",
    given: async ({ must, school }) => {
      await must(school.admin.token, "identity.reissueInvitation", { personId: school.invited.id });
      return {};
    },
    outcome: "invitation_invalid",
  },
  {
    operation: "identity.acceptInvitation",
    as: "nobody",
    about: "with the address for a password",
    input: ({ invited }) => ({ invitationToken: invited.invitationLink, password: invited.email }),
    outcome: "weak_password",
  },

  ...adminOnly("identity.listPeople"),
  {
    operation: "identity.listPeople",
    as: "admin",
    outcome: "done",
    output: ({ items }) =>
      assert.deepEqual(
        (items as JsonObject[]).map(({ name }) => name),
        [
          "Ada Lovelace",
          "Chidi Ọkọ",
          "Grace Hopper",
          "Kwame Mensah",
          "Noor Haddad",
          "Zoë Ångström",
          "王小明",
        ],
      ),
  },
  {
    operation: "identity.listPeople",
    as: "admin",
    about: "searched without marks",
    input: () => ({ search: "angstrom", role: "student", active: true }),
    outcome: "done",
    output: ({ items }) =>
      assert.deepEqual(
        (items as JsonObject[]).map(({ name, roles }) => ({ name, roles })),
        [{ name: "Zoë Ångström", roles: ["student"] }],
      ),
  },
  {
    operation: "identity.listPeople",
    as: "admin",
    about: "searched for what would be a wildcard",
    input: () => ({ search: "%_" }),
    outcome: "done",
    output: ({ items }) => assert.deepEqual(items, []),
  },

  ...adminOnly("identity.setPersonActive"),
  {
    operation: "identity.setPersonActive",
    as: "admin",
    outcome: "done",
    output: ({ active }) => assert.equal(active, false),
    events: ["session.revoked", "person.deactivated"],
  },
  {
    operation: "identity.setPersonActive",
    as: "admin",
    about: "for somebody who is active",
    input: ({ student }) => ({ personId: student.id, active: true }),
    outcome: "done",
  },
  {
    operation: "identity.setPersonActive",
    as: "admin",
    about: "for the last admin",
    input: ({ admin }) => ({ personId: admin.id, active: false }),
    outcome: "last_admin",
  },
  {
    operation: "identity.setPersonActive",
    as: "admin",
    about: "for the last admin who has joined",
    given: async ({ must, school }) => {
      const second = { name: "Second Admin", email: "second@lindenhof.example", roles: ["admin"] };
      await must(school.admin.token, "identity.addPerson", second);
      return {};
    },
    input: ({ admin }) => ({ personId: admin.id, active: false }),
    outcome: "last_admin",
  },

  ...adminOnly("identity.getPerson"),
  {
    operation: "identity.getPerson",
    as: "admin",
    outcome: "done",
    output: ({ email, sessionsOpen, mails, version }, { student }) =>
      assert.deepEqual(
        { email, sessionsOpen, mails, version },
        { email: student.email, sessionsOpen: 1, mails: [], version: 1 },
      ),
  },
  {
    operation: "identity.getPerson",
    as: "admin",
    about: "for nobody",
    input: ({ student }) => ({ personId: student.sessionId }),
    outcome: "not_found",
  },

  ...adminOnly("identity.updatePerson"),
  {
    operation: "identity.updatePerson",
    as: "admin",
    input: ({ student }) => ({
      personId: student.id,
      version: 1,
      name: "  ليلى  🌙 ",
      roles: ["instructor"],
    }),
    outcome: "done",
    output: ({ name, roles, version }) =>
      assert.deepEqual({ name, roles, version }, { name: "ليلى 🌙", roles: ["instructor"], version: 2 }),
    events: ["person.updated"],
  },
  {
    operation: "identity.updatePerson",
    as: "admin",
    about: "after somebody else",
    input: ({ student }) => ({ personId: student.id, version: 0, name: "Mine" }),
    outcome: "stale_version",
  },
  {
    operation: "identity.updatePerson",
    as: "admin",
    about: "with an address that is somebody's",
    input: ({ student, otherStudent }) => ({ personId: student.id, version: 1, email: otherStudent.email }),
    outcome: "email_taken",
  },
  {
    operation: "identity.updatePerson",
    as: "admin",
    about: "taking the last admin's role away",
    input: ({ admin }) => ({ personId: admin.id, version: 1, roles: ["instructor"] }),
    outcome: "last_admin",
  },

  { operation: "identity.confirmEmail", as: "nobody", outcome: "confirmation_invalid" },

  ...adminOnly("identity.listPersonSessions"),
  {
    operation: "identity.listPersonSessions",
    as: "admin",
    outcome: "done",
    output: ({ items }, { student }) =>
      assert.deepEqual(
        (items as JsonObject[]).map(({ id }) => id),
        [student.sessionId],
      ),
  },

  ...adminOnly("identity.endPersonSessions"),
  {
    operation: "identity.endPersonSessions",
    as: "admin",
    outcome: "done",
    output: (output) => assert.deepEqual(output, { sessionsEnded: 1, accessTokensEnded: 0 }),
    events: ["session.revoked"],
  },

  // What imports do is told in `people-import.test.ts`.
  ...adminOnly("identity.uploadPeopleImport"),
  {
    operation: "identity.uploadPeopleImport",
    as: "admin",
    about: "without an upload",
    outcome: "invalid_input",
  },
  ...adminOnly("identity.listPeopleImports"),
  { operation: "identity.listPeopleImports", as: "admin", outcome: "done" },
  ...adminOnly("identity.getPeopleImport"),
  { operation: "identity.getPeopleImport", as: "admin", about: "that is not there", outcome: "not_found" },
  ...adminOnly("identity.listPeopleImportRows"),
  {
    operation: "identity.listPeopleImportRows",
    as: "admin",
    about: "that is not there",
    outcome: "not_found",
  },
  ...adminOnly("identity.applyPeopleImport"),
  { operation: "identity.applyPeopleImport", as: "admin", about: "that is not there", outcome: "not_found" },
  ...adminOnly("identity.cancelPeopleImport"),
  { operation: "identity.cancelPeopleImport", as: "admin", about: "that is not there", outcome: "not_found" },
  ...adminOnly("identity.getPeopleImportReport"),
  {
    operation: "identity.getPeopleImportReport",
    as: "admin",
    about: "that is not there",
    outcome: "not_found",
  },
  ...adminOnly("identity.issueImportInvitations"),
  {
    operation: "identity.issueImportInvitations",
    as: "admin",
    about: "that is not there",
    outcome: "not_found",
  },

  { operation: "identity.requestPasswordReset", as: "nobody", outcome: "done" },
  {
    operation: "identity.requestPasswordReset",
    as: "nobody",
    about: "for an address that nobody has",
    input: () => ({ email: "nobody@else.example" }),
    outcome: "done",
    output: (output) => assert.deepEqual(output, { sendsMail: true }),
  },

  ...adminOnly("identity.createPasswordReset"),
  {
    operation: "identity.createPasswordReset",
    as: "admin",
    outcome: "done",
    output: ({ resetLink }) => assert.match(String(resetLink), /^http:\/\/school\.test\/reset-password#ey/),
  },
  {
    operation: "identity.createPasswordReset",
    as: "admin",
    about: "for somebody who has not joined",
    input: ({ invited }) => ({ personId: invited.id }),
    outcome: "not_joined",
  },

  {
    operation: "identity.getPasswordReset",
    as: "nobody",
    outcome: "done",
    output: ({ email }, { thirdStudent }) => assert.equal(email, thirdStudent.email),
  },
  {
    operation: "identity.getPasswordReset",
    as: "nobody",
    about: "with an invitation's link",
    input: ({ invited }) => ({ resetToken: invited.invitationLink }),
    outcome: "reset_invalid",
  },
  {
    operation: "identity.resetPassword",
    as: "nobody",
    outcome: "done",
    output: ({ sessionsEnded }) => assert.equal(sessionsEnded, 1),
    events: ["session.revoked", "password.changed"],
  },
  {
    operation: "identity.resetPassword",
    as: "nobody",
    about: "with a weak password",
    input: ({ resetLink }) => ({ resetToken: resetLink, password: "password1" }),
    outcome: "weak_password",
  },

  ...noOutsiders("identity.setTimeZone"),
  {
    operation: "identity.setTimeZone",
    as: "student",
    outcome: "done",
    output: (output) => assert.deepEqual(output, { timeZone: "Europe/Vienna" }),
  },
  {
    operation: "identity.setTimeZone",
    as: "student",
    about: "by an offset, which knows no clock changes",
    input: () => ({ timeZone: "+02:00" }),
    outcome: "invalid_input",
  },

  ...adminOnly("identity.rotateKeys"),
  { operation: "identity.rotateKeys", as: "admin", outcome: "done", events: ["keys.rotated"] },

  // What signing in by steps comes to over time is in two-step.test.ts and passkeys.test.ts; looking as others, in views.test.ts.
  { operation: "identity.completeSignIn", as: "nobody", outcome: "challenge_ended" },
  { operation: "identity.beginRequiredTotp", as: "nobody", outcome: "challenge_ended" },
  { operation: "identity.beginPasskeySignIn", as: "nobody", outcome: "passkeys_unavailable" },
  ...noOutsiders("identity.getSignInMethods"),
  {
    operation: "identity.getSignInMethods",
    as: "student",
    outcome: "done",
    output: (output) =>
      assert.deepEqual(output, {
        isTwoStep: false,
        isRequired: false,
        totpSince: null,
        recoveryCodesLeft: 0,
        passkeys: [],
      }),
  },
  ...themselvesOnly("identity.beginTotp"),
  {
    operation: "identity.beginTotp",
    as: "student",
    about: "with a wrong password",
    input: () => ({ currentPassword: "eight quiet otters" }),
    outcome: "wrong_password",
  },
  ...themselvesOnly("identity.confirmTotp"),
  { operation: "identity.confirmTotp", as: "student", about: "not begun", outcome: "enrolment_ended" },
  ...themselvesOnly("identity.removeTotp"),
  { operation: "identity.removeTotp", as: "student", about: "without one", outcome: "done" },
  ...themselvesOnly("identity.renewRecoveryCodes"),
  { operation: "identity.renewRecoveryCodes", as: "student", outcome: "two_step_is_off" },
  ...themselvesOnly("identity.beginPasskey"),
  { operation: "identity.beginPasskey", as: "student", outcome: "passkeys_unavailable" },
  ...themselvesOnly("identity.addPasskey"),
  { operation: "identity.addPasskey", as: "student", outcome: "passkeys_unavailable" },
  ...themselvesOnly("identity.removePasskey"),
  { operation: "identity.removePasskey", as: "student", outcome: "not_found" },
  // What an export holds and an erasure leaves, for each slice's rows, is in house/person-erasure.test.ts.
  ...noOutsiders("identity.exportPerson"),
  { operation: "identity.exportPerson", as: "student", outcome: "done" },
  {
    operation: "identity.exportPerson",
    as: "student",
    about: "of somebody else",
    input: ({ otherStudent }) => ({ personId: otherStudent.id }),
    outcome: "forbidden",
  },
  { operation: "identity.exportPerson", as: "instructor", about: "of a student", outcome: "forbidden" },
  ...noOutsiders("identity.getPersonExport"),
  { operation: "identity.getPersonExport", as: "admin", about: "that nobody began", outcome: "not_found" },
  ...adminOnly("identity.previewErasure"),
  {
    operation: "identity.previewErasure",
    as: "admin",
    about: "of nobody",
    input: ({ student }) => ({ personId: student.sessionId }),
    outcome: "not_found",
  },
  {
    operation: "identity.previewErasure",
    as: "admin",
    about: "of the last admin",
    input: ({ admin }) => ({ personId: admin.id }),
    outcome: "last_admin",
  },
  ...adminOnly("identity.erasePerson"),
  { operation: "identity.erasePerson", as: "admin", about: "without a preview", outcome: "not_found" },
  ...adminOnly("identity.getErasure"),
  { operation: "identity.getErasure", as: "admin", outcome: "not_found" },
  ...adminOnly("identity.listErasures"),
  {
    operation: "identity.listErasures",
    as: "admin",
    outcome: "done",
    output: (output) => assert.deepEqual(output, { items: [], nextCursor: null }),
  },
  ...themselvesOnly("identity.endView"),
  { operation: "identity.endView", as: "student", about: "as oneself", outcome: "done" },
];

test("every operation of the slice has scenarios", () => {
  assert.deepEqual(
    [...new Set(scenarios.map(({ operation }) => operation))].sort(),
    Object.keys(matrixInputs).sort(),
  );
});

// What is refused changes nothing, so it can share a school, unless it needs one that something was done in.
const denials = scenarios.filter(({ outcome, given }) => outcome !== "done" && given === undefined);
const others = scenarios.filter((each) => !denials.includes(each));

eachEngine("identity", (engine) => {
  test("what is refused changes nothing", async (t) => {
    const school = await openSchool(t, engine);
    const program = await school.must<{ secret: string }>(
      school.school.student.token,
      "identity.createAccessToken",
      {
        name: "Bot",
      },
    );
    for (const scenario of denials)
      await t.test(titleOf(scenario), () =>
        run(school, scenario, scenario.as === "program" ? program.secret : null),
      );
  });

  for (const scenario of others)
    test(titleOf(scenario), async (t) => run(await openSchool(t, engine), scenario, null));
});

function titleOf({ operation, as, about, outcome }: Scenario): string {
  return [operation, "as", as, about, "→", outcome].filter(Boolean).join(" ");
}

/** `programToken` is that of an access token made before; one is made here when a scenario needs it. */
async function run(test: TestSchool, scenario: Scenario, programToken: string | null): Promise<void> {
  const given = (await scenario.given?.(test)) ?? {};
  const token = programToken ?? (await tokenFor(test, scenario.as));
  const before = (await test.events()).at(-1)?.position ?? 0;
  const input = scenario.input?.(test.school, given) ?? matrixInputs[scenario.operation](test.school);
  const result = await test.call(token, scenario.operation, input, {
    key: `scenario-${scenarios.indexOf(scenario)}`,
  });

  assert.equal("failure" in result ? result.failure.code : "done", scenario.outcome);
  if ("output" in result) scenario.output?.(result.output as JsonObject, test.school);
  const events = await test.events(before);
  assert.deepEqual(
    events.map(({ type }) => type),
    scenario.events ?? [],
  );
  await assertNoSecrets(
    test,
    Object.values(input).filter((value) => typeof value === "string"),
  );
}

async function tokenFor({ must, school }: TestSchool, actor: Actor): Promise<string | null> {
  switch (actor) {
    case "nobody":
      return null;
    case "forger":
      return `${school.admin.token.slice(0, -8)}AAAAAAAA`;
    case "program": {
      const made = await must<{ secret: string }>(school.student.token, "identity.createAccessToken", {
        name: "Bot",
      });
      return made.secret;
    }
    default:
      return school[actor].token;
  }
}

/** Neither what was typed as a secret nor anything sealed or hashed may be found in what is kept about the call. */
async function assertNoSecrets({ kernel }: TestSchool, typed: readonly string[]): Promise<void> {
  const { value: kept } = await kernel.store.read(async (database) => {
    const db = tablesOf<Record<string, Record<string, unknown>>>(database);
    const rows: unknown[] = [];
    for (const table of ["receipts", "audit_entries", "feed_events", "jobs"])
      rows.push((await sql`select * from ${sql.table(table)}`.execute(db)).rows);
    return JSON.stringify(rows);
  });
  assert.doesNotMatch(kept, /eyJ|lyc_|\$argon2/);
  assert.match(kept, /^\[\[/);
  for (const text of typed.filter((each) => / (otters|herons)$|^Password/.test(each)))
    assert(!kept.includes(text), text);
}

/** Makes an access token of the student's; gives its id. */
async function accessTokenOfStudent({ must, school }: TestSchool): Promise<Given> {
  const { accessToken } = await must<{ accessToken: { id: string } }>(
    school.student.token,
    "identity.createAccessToken",
    { name: "Bot" },
  );
  return { id: accessToken.id };
}
