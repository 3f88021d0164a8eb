/** Two-step sign-in: codes of an app, recovery codes, who must have them, and what comes of losing them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { Secret, TOTP } from "otpauth";
import { tablesOf } from "#engines/store/port.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import type { Result } from "#kernel/testing.ts";
import { type BuiltPerson, fixturePassword } from "./fixtures.ts";
import { openSchool, type TestSchool } from "./testing.ts";

const stepMs = 30_000;
const minuteMs = 60_000;

interface Answer {
  readonly session: { readonly scope: string; readonly signedInBy: string } | null;
  readonly token: string;
  readonly challengeToken: string | null;
  readonly secondStep: { readonly methods: string[]; readonly mustEnrol: boolean } | null;
  readonly courses: readonly { readonly id: string }[];
  readonly recoveryCodes: string[] | null;
}

const codeOf = (result: Result) => ("failure" in result ? result.failure.code : "done");

/** What the app on somebody's phone shows. */
function app(secret: string, { clock }: TestSchool, driftMs = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now() + driftMs });
}

async function enrol(test: TestSchool, person: BuiltPerson) {
  const { must } = test;
  const begun = await must<{ enrolmentId: string; secret: string; uri: string }>(
    person.token,
    "identity.beginTotp",
    { currentPassword: fixturePassword },
  );
  const { recoveryCodes } = await must<{ recoveryCodes: string[] }>(person.token, "identity.confirmTotp", {
    enrolmentId: begun.enrolmentId,
    code: app(begun.secret, test),
  });
  test.clock.advance(stepMs);
  return { ...begun, recoveryCodes };
}

function signIn(
  { must }: TestSchool,
  { email }: BuiltPerson,
  operation = "identity.signIn",
): Promise<Answer> {
  return must<Answer>(null, operation, { email, password: fixturePassword });
}

const complete = ({ call }: TestSchool, { challengeToken }: Answer, code: string): Promise<Result> =>
  call(null, "identity.completeSignIn", { challengeToken, code });

eachEngine("two-step sign-in", (engine) => {
  test("from the first right code on, a password alone signs nobody in", async (t) => {
    const test = await openSchool(t, engine);
    const { school, must } = test;
    const { secret, uri } = await enrol(test, school.student);
    assert.match(uri, /^otpauth:\/\/totp\/Lindenhof%20School:ada%40lindenhof.example\?/);
    for (const operation of ["identity.signIn", "identity.studentLogin"]) {
      const answer = await signIn(test, school.student, operation);
      assert.deepEqual([answer.session, answer.token], [null, ""]);
      assert.deepEqual(answer.secondStep?.methods, ["totp", "recovery_code"]);
      const done = await must<Answer>(null, "identity.completeSignIn", {
        challengeToken: answer.challengeToken,
        code: app(secret, test),
      });
      assert.equal(done.session?.signedInBy, "totp");
      assert.equal(done.session?.scope, operation === "identity.signIn" ? "full" : "student");
      await must(done.token, "identity.whoAmI", {});
      test.clock.advance(stepMs);
    }
  });

  test("FacultyLogin gives the courses once the second step is done", async (t) => {
    const test = await openSchool(t, engine);
    const { school } = test;
    test.teach(school.instructor.id, { id: "c1", code: "BIO-1", title: "Cells", term: "2026" });
    const { secret } = await enrol(test, school.instructor);
    const answer = await signIn(test, school.instructor, "identity.facultyLogin");
    assert.deepEqual(answer.courses, []);
    const { challengeToken } = answer;
    const done = await test.must<Answer>(null, "identity.completeSignIn", {
      challengeToken,
      code: app(secret, test),
    });
    assert.deepEqual(
      done.courses.map(({ id }) => id),
      ["c1"],
    );
    assert.equal(done.session?.scope, "faculty");
  });

  test("a code is taken once, a step early or late, and no further off", async (t) => {
    const test = await openSchool(t, engine);
    const { secret } = await enrol(test, test.school.student);
    const tried = async (driftMs: number) =>
      codeOf(await complete(test, await signIn(test, test.school.student), app(secret, test, driftMs)));
    test.clock.advance(5 * stepMs);
    assert.equal(await tried(-2 * stepMs), "wrong_code");
    assert.equal(await tried(2 * stepMs), "wrong_code");
    assert.equal(await tried(-stepMs), "done");
    assert.equal(await tried(-stepMs), "code_used");
    assert.equal(await tried(stepMs), "done");
    assert.equal(await tried(0), "code_used", "older than the last one that was taken");
  });

  test("a challenge is answered once, in its time, and dies with a change of the password", async (t) => {
    const test = await openSchool(t, engine);
    const { student } = test.school;
    const { secret, recoveryCodes } = await enrol(test, student);
    const [one = "", two = "", three = ""] = recoveryCodes;
    const first = await signIn(test, student);
    assert.equal(codeOf(await complete(test, first, app(secret, test))), "done");
    assert.equal(codeOf(await complete(test, first, one)), "challenge_ended");
    const slow = await signIn(test, student);
    test.clock.advance(11 * minuteMs);
    assert.equal(codeOf(await complete(test, slow, two)), "challenge_ended");
    const stolen = await signIn(test, student);
    await test.must(student.token, "identity.changePassword", {
      currentPassword: fixturePassword,
      newPassword: "nine loud herons",
    });
    assert.equal(codeOf(await complete(test, stolen, three)), "challenge_ended");
    const forged = await test.call(null, "identity.completeSignIn", { challengeToken: "x.y", code: three });
    assert.equal(codeOf(forged), "challenge_ended");
  });

  test("each recovery code lets in once, however it is typed; new ones end the old", async (t) => {
    const test = await openSchool(t, engine);
    const { student } = test.school;
    const { recoveryCodes } = await enrol(test, student);
    assert.equal(new Set(recoveryCodes).size, 10);
    const [one = "", two = ""] = recoveryCodes;
    const tried = async (code: string) => codeOf(await complete(test, await signIn(test, student), code));
    assert.equal(await tried(` ${one.toUpperCase().replace("-", " ")}`), "done");
    assert.equal(await tried(one), "code_used");
    assert.equal(await tried("aaaaa-aaaaa"), "wrong_code");
    const left = await test.must<{ recoveryCodesLeft: number }>(
      student.token,
      "identity.getSignInMethods",
      {},
    );
    assert.equal(left.recoveryCodesLeft, 9);
    const renewed = await test.must<{ recoveryCodes: string[] }>(
      student.token,
      "identity.renewRecoveryCodes",
      {
        currentPassword: fixturePassword,
      },
    );
    assert.equal(await tried(two), "wrong_code");
    assert.equal(await tried(renewed.recoveryCodes[0] ?? ""), "done");
  });

  test("guesses at a code are limited, and do not keep the owner's own device out", async (t) => {
    const test = await openSchool(t, engine);
    const { student } = test.school;
    const { secret } = await enrol(test, student);
    const signedIn = await test.must<{ deviceToken: string }>(null, "identity.completeSignIn", {
      challengeToken: (await signIn(test, student)).challengeToken,
      code: app(secret, test),
    });
    test.clock.advance(stepMs);
    const from = { address: "198.51.100.7" };
    const begun = await test.must<Answer>(
      null,
      "identity.signIn",
      { email: student.email, password: fixturePassword },
      from,
    );
    const guess = () =>
      test.call(
        null,
        "identity.completeSignIn",
        { challengeToken: begun.challengeToken, code: "000000" },
        from,
      );
    const outcomes = new Set<string>();
    for (let times = 0; times < 12; times++) outcomes.add(codeOf(await guess()));
    assert.deepEqual([...outcomes], ["wrong_code", "rate_limited"]);
    const own = await test.must<Answer>(null, "identity.signIn", {
      email: student.email,
      password: fixturePassword,
      deviceToken: signedIn.deviceToken,
    });
    assert.equal(codeOf(await complete(test, own, app(secret, test))), "done");
  });

  test("nothing that signs in is in the store, the receipts or the audit trail", async (t) => {
    const test = await openSchool(t, engine);
    const { student } = test.school;
    const { secret, recoveryCodes } = await enrol(test, student);
    await complete(test, await signIn(test, student), recoveryCodes[0] ?? "");
    const { value: kept } = await test.kernel.store.read(async (database) => {
      const db = tablesOf<Record<string, Record<string, unknown>>>(database);
      const rows: unknown[] = [];
      for (const table of [
        "receipts",
        "audit_entries",
        "feed_events",
        "totp_enrolments",
        "recovery_codes",
        "sign_in_challenges",
      ])
        rows.push((await sql`select * from ${sql.table(table)}`.execute(db)).rows);
      return JSON.stringify(rows);
    });
    for (const text of [secret, ...recoveryCodes]) assert(!kept.includes(text), text);
  });

  test("a school may require it: one sets it up while signing in, and keeps it", async (t) => {
    const test = await openSchool(t, engine);
    const { school, must, call } = test;
    await must(school.admin.token, "identity.updateSchool", { version: 1, twoStepRequiredFor: "teachers" });
    assert.notEqual((await signIn(test, school.student)).token, "", "students need none");
    const answer = await signIn(test, school.instructor);
    assert.deepEqual([answer.token, answer.secondStep?.mustEnrol], ["", true]);
    const { challengeToken } = answer;
    assert.equal(codeOf(await complete(test, answer, "123456")), "wrong_code", "nothing to answer with yet");
    const begun = await must<{ secret: string }>(null, "identity.beginRequiredTotp", { challengeToken });
    const done = await must<Answer>(null, "identity.completeSignIn", {
      challengeToken,
      code: app(begun.secret, test),
    });
    assert.equal(done.recoveryCodes?.length, 10);
    const off = { currentPassword: fixturePassword };
    assert.equal(codeOf(await call(done.token, "identity.removeTotp", off)), "two_step_required");
    await must(school.admin.token, "identity.updateSchool", { version: 2, twoStepRequiredFor: "nobody" });
    assert.equal(codeOf(await call(done.token, "identity.removeTotp", off)), "done");
    assert.notEqual((await signIn(test, school.instructor)).token, "");
  });

  test("whoever has a second step cannot be given another by who knows the password", async (t) => {
    const test = await openSchool(t, engine);
    const { school, must, call } = test;
    await must(school.admin.token, "identity.updateSchool", { version: 1, twoStepRequiredFor: "teachers" });
    const thief = await signIn(test, school.instructor);
    const { challengeToken } = thief;
    const planted = await must<{ secret: string }>(null, "identity.beginRequiredTotp", { challengeToken });
    await enrol(test, school.instructor);
    assert.notEqual(codeOf(await complete(test, thief, app(planted.secret, test))), "done");
    assert.equal(
      codeOf(await call(null, "identity.beginRequiredTotp", { challengeToken })),
      "two_step_is_on",
    );
  });

  test("an admin takes it off for somebody who has lost the phone, not for themselves", async (t) => {
    const test = await openSchool(t, engine);
    const { school, must, call } = test;
    await enrol(test, school.student);
    await must(school.admin.token, "identity.resetTwoStep", { personId: school.student.id });
    assert.equal(codeOf(await call(school.student.token, "identity.whoAmI", {})), "unauthenticated");
    assert.notEqual((await signIn(test, school.student)).token, "");
    const own = await call(school.admin.token, "identity.resetTwoStep", { personId: school.admin.id });
    assert.equal(codeOf(own), "own_account");
  });
});
