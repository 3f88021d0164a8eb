/** Helping people back in and correcting who they are, with the mails that belong to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { fixturePassword } from "./fixtures.ts";
import { openSchool, type TestSchool } from "./testing.ts";

const chosen = "nine loud herons";
const codeOf = (result: Awaited<ReturnType<TestSchool["call"]>>) =>
  "failure" in result ? result.failure.code : "done";

/** The link of the latest mail to `address`, once all mails have left. */
async function linkTo(test: TestSchool, address: string): Promise<string> {
  await test.kernel.settle();
  const mail = test.mailer.sent.findLast(({ to }) => to === address);
  return /http:\/\/school\.test\S+/.exec(mail?.text ?? "")?.[0] ?? "";
}

eachEngine("people and their passwords", (engine) => {
  test("a forgotten password: one link, used once, and everything that was open ends", async (t) => {
    const school = await openSchool(t, engine);
    const { student } = school.school;
    const program = await school.must<{ secret: string }>(student.token, "identity.createAccessToken", {
      name: "Bot",
    });
    await school.must(null, "identity.requestPasswordReset", { email: ` ${student.email.toUpperCase()}` });
    const resetToken = await linkTo(school, student.email);
    const reset = { resetToken, password: chosen };
    assert.deepEqual(await school.must(null, "identity.resetPassword", reset), {
      ...{ email: student.email, sessionsEnded: 1, accessTokensEnded: 1 },
    });
    assert.equal(codeOf(await school.call(null, "identity.resetPassword", reset)), "reset_used");
    assert.equal(codeOf(await school.call(student.token, "identity.whoAmI", {})), "unauthenticated");
    assert.equal(codeOf(await school.call(program.secret, "identity.whoAmI", {})), "unauthenticated");
    const signIn = (password: string) =>
      school.call(null, "identity.signIn", { email: student.email, password });
    assert.equal(codeOf(await signIn(fixturePassword)), "wrong_credentials");
    assert.equal(codeOf(await signIn(chosen)), "done");
    await school.kernel.settle();
    // Signing in from here is news, too; which of the two mails leaves first is nobody's concern.
    assert(school.mailer.sent.some(({ subject }) => subject === "Your password was changed"));
  });

  test("a link expires, and says so", async (t) => {
    const school = await openSchool(t, engine);
    const { student } = school.school;
    await school.must(null, "identity.requestPasswordReset", { email: student.email });
    const resetToken = await linkTo(school, student.email);
    school.clock.advance(3_600_000);
    const result = await school.call(null, "identity.resetPassword", { resetToken, password: chosen });
    assert.equal(codeOf(result), "reset_expired");
  });

  test("nobody learns which addresses are known, and nobody's mailbox is filled", async (t) => {
    const school = await openSchool(t, engine);
    const { student } = school.school;
    for (const email of [student.email, "nobody@else.example"]) {
      const ask = () => school.call(null, "identity.requestPasswordReset", { email });
      for (let time = 0; time < 3; time++)
        assert.deepEqual(await ask(), { output: { sendsMail: true }, replayed: false });
      assert.equal(codeOf(await ask()), "rate_limited");
    }
    await school.kernel.settle();
    assert.deepEqual([...new Set(school.mailer.sent.map(({ to }) => to))], [student.email]);
    assert.equal(school.mailer.sent.length, 3);
  });

  test("another's request does not spoil a link that is on its way", async (t) => {
    const school = await openSchool(t, engine);
    const { student } = school.school;
    await school.must(null, "identity.requestPasswordReset", { email: student.email });
    const first = await linkTo(school, student.email);
    await school.must(
      null,
      "identity.requestPasswordReset",
      { email: student.email },
      { address: "203.0.113.9" },
    );
    const second = await linkTo(school, student.email);
    assert.notEqual(first, second);
    await school.must(null, "identity.resetPassword", { resetToken: first, password: chosen });
    const result = await school.call(null, "identity.resetPassword", {
      resetToken: second,
      password: chosen,
    });
    assert.equal(codeOf(result), "reset_invalid");
  });

  test("whoever has not joined gets the invitation again", async (t) => {
    const school = await openSchool(t, engine);
    const { invited } = school.school;
    await school.must(null, "identity.requestPasswordReset", { email: invited.email });
    const invitationToken = await linkTo(school, invited.email);
    await school.must(null, "identity.acceptInvitation", { invitationToken, password: chosen });
  });

  test("a new address counts once it is confirmed from there, and the old one hears of it", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, student } = school.school;
    const email = "ada.king@lindenhof.example";
    const changed = await school.must<{ email: string; pendingEmail: string | null; version: number }>(
      admin.token,
      "identity.updatePerson",
      { personId: student.id, version: 1, email },
    );
    assert.deepEqual([changed.email, changed.pendingEmail], [student.email, email]);
    const confirmationToken = await linkTo(school, email);
    assert.deepEqual(await school.must(null, "identity.confirmEmail", { confirmationToken }), { email });
    const again = await school.call(null, "identity.confirmEmail", { confirmationToken });
    assert.equal(codeOf(again), "confirmation_used");
    await school.kernel.settle();
    const told = school.mailer.sent.at(-1);
    assert.deepEqual([told?.to, told?.subject], [student.email, "Your address was changed"]);
    await school.must(null, "identity.signIn", { email, password: fixturePassword });
  });

  test("an address that somebody else took meanwhile cannot be confirmed", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, student } = school.school;
    const email = "shared@lindenhof.example";
    await school.must(admin.token, "identity.updatePerson", { personId: student.id, version: 1, email });
    const confirmationToken = await linkTo(school, email);
    await school.must(admin.token, "identity.addPerson", { name: "Other", email, roles: ["student"] });
    const result = await school.call(null, "identity.confirmEmail", { confirmationToken });
    assert.equal(codeOf(result), "email_taken");
  });

  test("a change of address is withdrawn by giving the old one", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, student } = school.school;
    const change = (version: number, email: string) =>
      school.must(admin.token, "identity.updatePerson", { personId: student.id, version, email });
    await change(1, "typo@lindenhof.example");
    const confirmationToken = await linkTo(school, "typo@lindenhof.example");
    await change(2, student.email);
    const result = await school.call(null, "identity.confirmEmail", { confirmationToken });
    assert.equal(codeOf(result), "confirmation_invalid");
  });

  test("without mail a new address counts at once", async (t) => {
    const school = await openSchool(t, engine);
    school.mailer.kind = "outbox";
    const { admin, student } = school.school;
    const email = "ada.king@lindenhof.example";
    await school.must(admin.token, "identity.updatePerson", { personId: student.id, version: 1, email });
    await school.must(null, "identity.signIn", { email, password: fixturePassword });
  });

  test("changing one's password says how many programs go on, and ends them where asked", async (t) => {
    const school = await openSchool(t, engine);
    const { student } = school.school;
    await school.must(student.token, "identity.createAccessToken", { name: "Bot" });
    assert.deepEqual(
      await school.must(student.token, "identity.changePassword", {
        currentPassword: fixturePassword,
        newPassword: chosen,
      }),
      { sessionsEnded: 0, accessTokensEnded: 0, accessTokensLeft: 1 },
    );
    assert.deepEqual(
      await school.must(student.token, "identity.changePassword", {
        currentPassword: chosen,
        newPassword: "ten calm storks",
        endAccessTokens: true,
      }),
      { sessionsEnded: 0, accessTokensEnded: 1, accessTokensLeft: 0 },
    );
  });
});
