/** Sessions and programs over time: how long they hold, what ends them, and what guessing meets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import { tablesOf } from "#engines/store/port.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import type { Result } from "#kernel/testing.ts";
import { setUpToken } from "./api.ts";
import { confirmCredentials } from "./credentials.ts";
import { buildPerson, fixturePassword } from "./fixtures.ts";
import { isOutdated } from "./passwords.ts";
import { sessionsPerPersonMax } from "./schema.ts";
import type { IdentityTables } from "./tables.ts";
import { openIdentity, openSchool, type TestSchool } from "./testing.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface SignedIn {
  readonly session: { readonly id: string; readonly expiresAt: number; readonly endsAt: number };
  readonly token: string;
  readonly deviceToken: string;
}

function codeOf(result: Result): string {
  return "failure" in result ? result.failure.code : "done";
}

function identityOf({ kernel }: TestSchool) {
  return <T>(work: (tx: ReturnType<typeof tablesOf<IdentityTables>>) => Promise<T>) =>
    kernel.store.write(({ database }) => work(tablesOf<IdentityTables>(database))).then(({ value }) => value);
}

eachEngine("signing in", (engine) => {
  test("a retry with the same key gets a working token for the same session", async (t) => {
    const { must, call, school, kernel } = await openSchool(t, engine);
    const input = { email: school.student.email, password: fixturePassword };
    const first = await must<SignedIn>(null, "identity.signIn", input, { key: "k1" });
    const again = await call(null, "identity.signIn", input, { key: "k1" });
    assert("output" in again && again.replayed);
    const second = again.output as unknown as SignedIn;
    assert.equal(second.session.id, first.session.id);
    assert.notEqual(second.token, first.token, "sealed anew, since nothing kept it");
    for (const { token } of [first, second])
      assert.equal(codeOf(await call(token, "identity.whoAmI", {})), "done");
    const other = await call(
      null,
      "identity.signIn",
      { ...input, email: school.otherStudent.email },
      { key: "k1" },
    );
    assert.equal(codeOf(other), "idempotency_key_reused");
    const { value: sessions } = await kernel.store.read((database) =>
      tablesOf<IdentityTables>(database)
        .selectFrom("sessions")
        .select("id")
        .where("person_id", "=", school.student.id)
        .execute(),
    );
    assert.equal(sessions.length, 2, "the built one and one more");
  });

  test("a session holds for 12 hours, can be renewed for 30 days, and not beyond", async (t) => {
    const { must, call, clock, school } = await openSchool(t, engine);
    const opened = clock.now();
    let { token } = school.student;
    clock.advance(12 * hourMs - 1);
    const kept = token;
    ({ token } = await must<SignedIn>(token, "identity.renewSession", {}));
    assert.equal(
      codeOf(await call(kept, "identity.whoAmI", {})),
      "done",
      "the token before holds until its own end",
    );
    clock.advance(1);
    assert.equal(codeOf(await call(kept, "identity.whoAmI", {})), "unauthenticated");
    assert.equal(codeOf(await call(token, "identity.whoAmI", {})), "done");
    let renewed: SignedIn;
    do {
      clock.advance(11 * hourMs);
      renewed = await must<SignedIn>(token, "identity.renewSession", {});
      ({ token } = renewed);
      assert(renewed.session.expiresAt <= opened + 30 * dayMs);
    } while (renewed.session.expiresAt < opened + 30 * dayMs);
    clock.advance(opened + 30 * dayMs - clock.now() - 1);
    assert.equal(codeOf(await call(token, "identity.whoAmI", {})), "done");
    clock.advance(1);
    assert.equal(codeOf(await call(token, "identity.renewSession", {})), "unauthenticated");
  });

  test("revoking ends a session with the next call, shutting out ends all, and opening again revives none", async (t) => {
    const { must, call, school } = await openSchool(t, engine);
    const { student, admin } = school;
    const { token } = await must<SignedIn>(null, "identity.signIn", {
      email: student.email,
      password: fixturePassword,
    });
    await must(token, "identity.revokeSession", { sessionId: student.sessionId });
    assert.equal(codeOf(await call(student.token, "identity.whoAmI", {})), "unauthenticated");
    const program = await must<{ secret: string }>(token, "identity.createAccessToken", { name: "Bot" });
    await must(admin.token, "identity.setPersonActive", { personId: student.id, active: false });
    await must(admin.token, "identity.setPersonActive", { personId: student.id, active: true });
    for (const each of [token, program.secret])
      assert.equal(codeOf(await call(each, "identity.whoAmI", {})), "unauthenticated");
    await must(null, "identity.signIn", { email: student.email, password: fixturePassword });
  });

  test("a session opened by StudentLogin cannot do what the account could", async (t) => {
    const opened = await openSchool(t, engine);
    const both = { name: "Both", email: "both@lindenhof.example", roles: ["admin", "student"] } as const;
    await buildPerson(opened, both, seededRandom(5));
    const credentials = { email: both.email, password: fixturePassword };
    const narrow = await opened.must<SignedIn>(null, "identity.studentLogin", credentials);
    const whole = await opened.must<SignedIn>(null, "identity.signIn", credentials);
    assert.equal(codeOf(await opened.call(narrow.token, "identity.listPeople", {})), "forbidden");
    assert.equal(codeOf(await opened.call(whole.token, "identity.listPeople", {})), "done");
    const program = await opened.must<{ secret: string }>(narrow.token, "identity.createAccessToken", {
      name: "Bot",
    });
    assert.equal(codeOf(await opened.call(program.secret, "identity.listPeople", {})), "forbidden");
  });

  test("a program's token holds until it expires or is revoked, and only whole", async (t) => {
    const { must, call, clock, school } = await openSchool(t, engine);
    type Made = { secret: string; accessToken: { id: string } };
    const make = (expiresInDays: number) =>
      must<Made>(school.student.token, "identity.createAccessToken", { name: "Bot", expiresInDays });
    const [short, long] = [await make(1), await make(365)];
    const altered = `${long.secret.slice(0, -1)}${long.secret.endsWith("0") ? "1" : "0"}`;
    for (const bad of [
      altered,
      long.secret.slice(4),
      long.secret.slice(0, -5),
      school.student.token.replace(/^/, "lyc_"),
    ])
      assert.equal(codeOf(await call(bad, "identity.whoAmI", {})), "unauthenticated", bad);
    await must(school.student.token, "identity.revokeAccessToken", {
      accessTokenId: (await make(2)).accessToken.id,
    });
    clock.advance(dayMs);
    assert.equal(codeOf(await call(short.secret, "identity.whoAmI", {})), "unauthenticated");
    clock.advance(364 * dayMs - 1);
    assert.equal(
      codeOf(await call(long.secret, "identity.whoAmI", {})),
      "done",
      "the session that made it is long gone",
    );
    clock.advance(1);
    assert.equal(codeOf(await call(long.secret, "identity.whoAmI", {})), "unauthenticated");
  });

  test("guessing is stopped, and the owner gets in meanwhile", async (t) => {
    const { must, call, school, clock } = await openSchool(t, engine);
    const right = { email: school.student.email, password: fixturePassword };
    const wrong = { ...right, password: "not the password" };
    const home = await must<SignedIn>(null, "identity.signIn", right, { address: "198.51.100.7" });
    const eve = await must<SignedIn>(
      null,
      "identity.signIn",
      { email: school.otherStudent.email, password: fixturePassword },
      { address: "203.0.113.200" },
    );

    const guesses: string[] = [];
    for (let index = 0; index < 24; index++)
      guesses.push(codeOf(await call(null, "identity.signIn", wrong, { address: `203.0.113.${index}` })));
    assert.equal(guesses.filter((code) => code === "wrong_credentials").length, 20);
    assert.deepEqual([...new Set(guesses.slice(20))], ["rate_limited"]);

    const from = (address: string, deviceToken?: string) =>
      call(
        null,
        "identity.signIn",
        { ...right, ...(deviceToken === undefined ? {} : { deviceToken }) },
        { address },
      );
    const stranger = await from("192.0.2.200");
    assert("failure" in stranger && stranger.failure.code === "rate_limited");
    assert.equal(stranger.failure.retryAfterMs, 15 * 60_000);
    assert.equal(
      codeOf(await from("192.0.2.201", eve.deviceToken)),
      "rate_limited",
      "another account's device",
    );
    assert.equal(codeOf(await from("192.0.2.202", eve.token)), "rate_limited", "not a device token at all");
    assert.equal(codeOf(await from("198.51.100.7")), "done", "from the network at home");
    assert.equal(codeOf(await from("192.0.2.203", home.deviceToken)), "done", "the same device elsewhere");
    clock.advance(15 * 60_000);
    assert.equal(codeOf(await from("192.0.2.204")), "done");
  });

  test("unknown accounts are limited like known ones, so the limit tells nothing", async (t) => {
    const { call } = await openSchool(t, engine);
    const guess = () =>
      call(null, "identity.signIn", { email: "no@one.example", password: "not the password" });
    const codes: string[] = [];
    for (let index = 0; index < 12; index++) codes.push(codeOf(await guess()));
    assert.equal(codes.filter((code) => code === "wrong_credentials").length, 10);
    assert.equal(codes.at(-1), "rate_limited");
  });

  test("an old hash is replaced by a stronger one at the next sign-in", async (t) => {
    const opened = await openSchool(t, engine);
    const write = identityOf(opened);
    const { student } = opened.school;
    // "password" with m=256, t=2, p=2, from the tests of the reference implementation.
    const old = "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
    await write((tx) =>
      tx.updateTable("people").set({ password_hash: old }).where("id", "=", student.id).execute(),
    );
    const hash = async () =>
      (
        await write((tx) =>
          tx
            .selectFrom("people")
            .select("password_hash")
            .where("id", "=", student.id)
            .executeTakeFirstOrThrow(),
        )
      ).password_hash ?? "";
    const signIn = () => opened.must(null, "identity.signIn", { email: student.email, password: "password" });
    await signIn();
    const upgraded = await hash();
    assert.equal(isOutdated(upgraded), false);
    await signIn();
    assert.equal(await hash(), upgraded);
  });

  test("a password that was changed between the check and the transaction is not trusted", async (t) => {
    const opened = await openSchool(t, engine);
    const stale = { personId: opened.school.student.id, passwordVersion: 0, upgradedHash: null };
    await assert.rejects(
      identityOf(opened)((tx) => confirmCredentials(tx, stale)),
      { name: "Unavailable" },
    );
  });

  test("after a change of password the old one and the other sessions are worth nothing", async (t) => {
    const { must, call, school } = await openSchool(t, engine);
    const { student } = school;
    const other = await must<SignedIn>(null, "identity.signIn", {
      email: student.email,
      password: fixturePassword,
    });
    const change = { currentPassword: fixturePassword, newPassword: "nine loud herons" };
    await must(student.token, "identity.changePassword", change, { key: "change" });
    assert.equal(codeOf(await call(student.token, "identity.whoAmI", {})), "done");
    assert.equal(codeOf(await call(other.token, "identity.whoAmI", {})), "unauthenticated");
    const signIn = (password: string) => call(null, "identity.signIn", { email: student.email, password });
    assert.equal(codeOf(await signIn(fixturePassword)), "wrong_credentials");
    assert.equal(codeOf(await signIn("nine loud herons")), "done");
    const retry = await call(student.token, "identity.changePassword", change, { key: "change" });
    assert(
      "output" in retry && retry.replayed,
      "a retry gets its answer, although the old password is wrong by now",
    );
  });

  test("a new invitation is the way back in: sessions and programs of before end when it is accepted", async (t) => {
    const { must, call, school } = await openSchool(t, engine);
    const { student, admin } = school;
    const program = await must<{ secret: string }>(student.token, "identity.createAccessToken", {
      name: "Bot",
    });
    const reissue = await must<{ invitationLink: string }>(admin.token, "identity.reissueInvitation", {
      personId: student.id,
    });
    assert.equal(
      codeOf(await call(student.token, "identity.whoAmI", {})),
      "done",
      "nothing ends before it is used",
    );
    const accept = { invitationToken: reissue.invitationLink, password: "nine loud herons" };
    const { token } = await must<SignedIn>(null, "identity.acceptInvitation", accept, { key: "accept" });
    for (const old of [student.token, program.secret])
      assert.equal(codeOf(await call(old, "identity.whoAmI", {})), "unauthenticated");
    assert.equal(codeOf(await call(token, "identity.whoAmI", {})), "done");
    const retry = await call(null, "identity.acceptInvitation", accept, { key: "accept" });
    assert("output" in retry && retry.replayed, "the retry of a lost answer signs in too");
  });

  test("a school is set up once, by the printed link, and its admin is signed in", async (t) => {
    const { must, call, clock, tokens } = await openIdentity(t, engine);
    assert.equal((await must<JsonObject>(null, "identity.getSchool", {})).isSetUp, false);
    const input = {
      setUpToken: await setUpToken(tokens, clock.now()),
      schoolName: "Lindenhof School",
      name: "Noor Haddad",
      email: "noor@lindenhof.example",
      password: "seven quiet otters",
    };
    assert.equal(
      codeOf(await call(null, "identity.setUpSchool", { ...input, password: "12345678" })),
      "weak_password",
    );
    const [one, other] = await Promise.all([
      call(null, "identity.setUpSchool", input),
      call(null, "identity.setUpSchool", { ...input, email: "mallory@lindenhof.example" }),
    ]);
    assert.deepEqual([codeOf(one), codeOf(other)].sort(), ["done", "set_up_done"]);
    const winner = "output" in one ? one : other;
    assert("output" in winner);
    const { token } = winner.output as unknown as SignedIn;
    const { roles } = await must<{ roles: string[] }>(token, "identity.whoAmI", {});
    assert.deepEqual(roles, ["admin"]);
    const school = await must<JsonObject>(null, "identity.getSchool", {});
    assert.deepEqual([school.isSetUp, school.name], [true, "Lindenhof School"]);
    clock.advance(8 * dayMs);
    assert.equal(
      codeOf(await call(null, "identity.setUpSchool", input)),
      "set_up_token_invalid",
      "the link expires",
    );
  });

  test("rotating the keys signs nobody out", async (t) => {
    const { must, call, clock, school } = await openSchool(t, engine);
    const { student, admin } = school;
    const program = await must<{ secret: string }>(student.token, "identity.createAccessToken", {
      name: "Bot",
    });
    const { sealsFrom } = await must<{ sealsFrom: number }>(admin.token, "identity.rotateKeys", {});
    clock.advance(sealsFrom - clock.now());
    const renewed = await must<SignedIn>(student.token, "identity.renewSession", {});
    assert.notEqual(renewed.token.split(".")[0], student.token.split(".")[0], "sealed with the new key");
    for (const token of [student.token, renewed.token, program.secret])
      assert.equal(codeOf(await call(token, "identity.whoAmI", {})), "done");
  });

  test("a person has a bounded number of sessions, and long ended ones are forgotten", async (t) => {
    const opened = await openSchool(t, engine);
    const { school, clock } = opened;
    const write = identityOf(opened);
    const mine = () =>
      write((tx) =>
        tx.selectFrom("sessions").select("id").where("person_id", "=", school.student.id).execute(),
      );
    const row = await write((tx) =>
      tx
        .selectFrom("sessions")
        .selectAll()
        .where("id", "=", school.student.sessionId)
        .executeTakeFirstOrThrow(),
    );
    const many = Array.from({ length: sessionsPerPersonMax + 5 }, (_, index) => ({
      ...row,
      id: `${row.id.slice(0, 19)}f000-${String(index).padStart(12, "0")}`,
    }));
    await write((tx) => tx.insertInto("sessions").values(many).execute());
    const signIn = () =>
      opened.must<SignedIn>(null, "identity.signIn", {
        email: school.student.email,
        password: fixturePassword,
      });
    clock.advance(1);
    await signIn();
    assert.equal((await mine()).length, sessionsPerPersonMax);
    clock.advance(121 * dayMs);
    const { session } = await signIn();
    assert.deepEqual(await mine(), [{ id: session.id }]);
  });

  test("lists come in pages that neither skip nor repeat", async (t) => {
    const { must, school } = await openSchool(t, engine);
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const input: JsonObject = cursor === null ? { limit: 3 } : { limit: 3, cursor };
      type Page = { items: { name: string }[]; nextCursor: string | null };
      const page: Page = await must<Page>(school.admin.token, "identity.listPeople", input);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.equal(names.length, 7);
    assert.equal(new Set(names).size, 7);
  });
});
