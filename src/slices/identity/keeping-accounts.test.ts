/** What keeps accounts in order day by day: other sessions, when they were last used, second steps asked for later. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret, TOTP } from "otpauth";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { type BuiltPerson, fixturePassword } from "./fixtures.ts";
import { noteLastUseEveryMs } from "./note-last-use.ts";
import { openSchool, type TestSchool } from "./testing.ts";

const codeOf = (result: Awaited<ReturnType<TestSchool["call"]>>) =>
  "failure" in result ? result.failure.code : "done";

const signIn = async ({ must }: TestSchool, { email }: BuiltPerson) =>
  (await must<{ token: string }>(null, "identity.signIn", { email, password: fixturePassword })).token;

async function addApp(school: TestSchool, token: string): Promise<string> {
  const begun = await school.must<{ enrolmentId: string; secret: string }>(token, "identity.beginTotp", {
    currentPassword: fixturePassword,
  });
  const app = new TOTP({ secret: Secret.fromBase32(begun.secret) });
  const code = app.generate({ timestamp: school.clock.now() });
  await school.must(token, "identity.confirmTotp", { enrolmentId: begun.enrolmentId, code });
  school.clock.advance(30_000);
  return begun.secret;
}

const requireOf = (school: TestSchool, who: string) =>
  school.must(school.school.admin.token, "identity.updateSchool", { version: 1, twoStepRequiredFor: who });

eachEngine("keeping accounts", (engine) => {
  test("all other sessions end at once, and the one that asks goes on", async (t) => {
    const school = await openSchool(t, engine);
    const { student, otherStudent } = school.school;
    const [here, there] = [await signIn(school, student), await signIn(school, student)];
    const program = await school.must<{ secret: string }>(here, "identity.createAccessToken", {
      name: "Bot",
    });
    const refused = await school.call(program.secret, "identity.endOtherSessions", {});
    assert.equal(codeOf(refused), "forbidden", "a stolen token must not sign its owner out");
    assert.deepEqual(await school.must(here, "identity.endOtherSessions", {}), { sessionsEnded: 2 });
    const whoAmI = async (token: string) => codeOf(await school.call(token, "identity.whoAmI", {}));
    assert.deepEqual(
      [await whoAmI(here), await whoAmI(there), await whoAmI(student.token)],
      ["done", "unauthenticated", "unauthenticated"],
    );
    assert.deepEqual([await whoAmI(program.secret), await whoAmI(otherStudent.token)], ["done", "done"]);
    assert.deepEqual(await school.must(here, "identity.endOtherSessions", {}), { sessionsEnded: 0 });
  });

  test("sessions and programs say when they were last used, and a read stays a read", async (t) => {
    const school = await openSchool(t, engine);
    const { student, admin } = school.school;
    const elsewhere = await signIn(school, student);
    const program = await school.must<{ secret: string }>(student.token, "identity.createAccessToken", {
      name: "Bot",
    });
    interface Seen {
      readonly items: readonly { readonly seenAt: number | null; readonly isCurrent?: boolean }[];
    }
    const seen = async (operation: string) =>
      (await school.must<Seen>(student.token, operation, {})).items
        .filter(({ isCurrent = false }) => !isCurrent)
        .map(({ seenAt }) => seenAt);
    await school.kernel.settle();
    school.clock.advance(noteLastUseEveryMs);
    const before = school.kernel.store.status().position;
    await school.must(elsewhere, "identity.whoAmI", {});
    await school.must(program.secret, "identity.whoAmI", {});
    const usedAt = school.clock.now();
    assert.equal(school.kernel.store.status().position, before, "reading wrote something");
    await school.kernel.settle();
    const minute = usedAt - (usedAt % 60_000);
    assert.deepEqual(await seen("identity.listSessions"), [minute]);
    assert.deepEqual(await seen("identity.listAccessTokens"), [minute]);

    school.clock.advance(noteLastUseEveryMs);
    await school.kernel.settle();
    assert.deepEqual(await seen("identity.listSessions"), [minute], "nobody used it since");
    const details = await school.must<{ lastSeenAt: number }>(admin.token, "identity.getPerson", {
      personId: student.id,
    });
    assert.equal(details.lastSeenAt, minute, "the admin sees the latest of all sessions");
  });

  test("a session opened before the school asked for two steps is renewed only with one", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, instructor, student } = school.school;
    const elsewhere = await signIn(school, instructor);
    await requireOf(school, "teachers");
    const due = async (token: string) =>
      (await school.must<{ secondStepDue: string | null }>(token, "identity.whoAmI", {})).secondStepDue;
    const renew = async (token: string) => codeOf(await school.call(token, "identity.renewSession", {}));
    assert.deepEqual([await due(instructor.token), await due(student.token)], ["set_up", null]);
    assert.equal(await renew(instructor.token), "second_step_due");
    assert.equal(await renew(student.token), "done");
    assert.equal(await renew(admin.token), "second_step_due");

    await addApp(school, instructor.token);
    assert.equal(await due(instructor.token), null, "they have just shown it here");
    assert.equal(await renew(instructor.token), "done");
    assert.equal(await due(elsewhere), "sign_in", "this one never saw the second step");
    assert.equal(await renew(elsewhere), "second_step_due");
  });

  test("a teacher without the role is asked too, once they teach", async (t) => {
    const school = await openSchool(t, engine);
    await requireOf(school, "teachers");
    const { student } = school.school;
    school.teach(student.id, { id: "c1", code: "BIO-1", title: "Cells", term: "2026" });
    assert.equal(codeOf(await school.call(student.token, "identity.renewSession", {})), "second_step_due");
  });

  test("an admin's link to a new password spares the programs where that was asked", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, student, otherStudent } = school.school;
    for (const [person, endAccessTokens, ended] of [
      [student, false, 0],
      [otherStudent, undefined, 1],
    ] as const) {
      const program = await school.must<{ secret: string }>(person.token, "identity.createAccessToken", {
        name: "Bot",
      });
      const { resetLink } = await school.must<{ resetLink: string }>(
        admin.token,
        "identity.createPasswordReset",
        { personId: person.id, ...(endAccessTokens === undefined ? {} : { endAccessTokens }) },
      );
      const reset = await school.must<{ accessTokensEnded: number }>(null, "identity.resetPassword", {
        resetToken: resetLink,
        password: "nine loud herons",
      });
      assert.equal(reset.accessTokensEnded, ended);
      const goesOn = codeOf(await school.call(program.secret, "identity.whoAmI", {}));
      assert.equal(goesOn, ended === 0 ? "done" : "unauthenticated");
    }
  });

  test("people are found by how they sign in, and an admin takes lost keys off", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, student, invited } = school.school;
    await addApp(school, student.token);
    const named = async (signIn: string) =>
      (
        await school.must<{ items: { id: string }[] }>(admin.token, "identity.listPeople", { signIn })
      ).items.map(({ id }) => id);
    assert.deepEqual(await named("two_step"), [student.id]);
    assert.deepEqual(await named("invited"), [invited.id]);
    const passwordOnly = await named("password_only");
    assert.equal(passwordOnly.length, 5);
    assert(!passwordOnly.includes(student.id));
    const keysOf = async () => {
      const { hasApp, passkeys, recoveryCodesLeft } = await school.must<{
        hasApp: boolean;
        passkeys: number;
        recoveryCodesLeft: number;
      }>(admin.token, "identity.getPerson", { personId: student.id });
      return [hasApp, passkeys, recoveryCodesLeft];
    };
    assert.deepEqual(await keysOf(), [true, 0, 10]);
    await school.must(admin.token, "identity.resetTwoStep", { personId: student.id });
    assert.deepEqual(await keysOf(), [false, 0, 0]);
    await signIn(school, student);
  });
});
