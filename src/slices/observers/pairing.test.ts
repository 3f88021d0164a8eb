/** Pairing codes, by people who have signed in, on both engines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { openTestKernel } from "#kernel/testing.ts";
import { coursesTaughtBy } from "../courses/api.ts";
import { coursesSlice } from "../courses/slice.ts";
import { createAuthenticator } from "../identity/api.ts";
import { buildSchool, fixturePassword } from "../identity/fixtures.ts";
import { identitySlice } from "../identity/slice.ts";
import { type ObserverLink, pairingAttemptsMax, pairingCodeMs, pairingCodesMax } from "./schema.ts";
import { observersSlice } from "./slice.ts";

interface Created {
  readonly code: string;
  readonly pairingCode: { readonly pairingCodeId: string };
}

async function open(t: { after(action: () => Promise<void>): void }, engine: TestEngine) {
  const clock = new ManualClock();
  const store = await engine.open(t, { clock });
  const slices = [identitySlice({ coursesTaughtBy }), coursesSlice, observersSlice];
  const kernel = await openTestKernel({ slices, store, clock, authenticator: createAuthenticator });
  t.after(() => kernel.close());
  const { student, otherStudent, thirdStudent, admin } = await buildSchool(kernel);
  const create = () => kernel.must<Created>(student.token, "observers.createPairingCode", {});
  const redeem = async (token: string, code: string) => {
    const result = await kernel.call(token, "observers.redeemPairingCode", { code });
    return "failure" in result ? result.failure.code : (result.output as unknown as ObserverLink);
  };
  return { kernel, clock, create, redeem, student, parent: thirdStudent, other: otherStudent, admin };
}

eachEngine("pairing codes", (engine) => {
  test("a code works once, for whoever has it, however it is typed", async (t) => {
    const { kernel, create, redeem, student, parent, other } = await open(t, engine);
    const { code } = await create();
    assert.match(code, /^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$/);
    assert.equal(await redeem(student.token, code), "observes_themselves");
    const link = await redeem(parent.token, ` ${code.toLowerCase().replace("-", " ")} `);
    assert(typeof link === "object");
    assert.deepEqual(
      [link.observer.personId, link.student.personId, link.origin],
      [parent.id, student.id, "pairing_code"],
    );
    assert.equal(await redeem(other.token, code), "unknown_pairing_code", "it is spent");
    const observed = await kernel.must<{ items: ObserverLink[] }>(parent.token, "observers.listObserved", {});
    assert.deepEqual(observed.items, [link]);
  });

  test("a code expires, can be withdrawn, and makes room when it has expired", async (t) => {
    const { kernel, clock, create, redeem, student, parent, other } = await open(t, engine);
    const { code, pairingCode } = await create();
    const withdraw = (token: string) =>
      kernel.call(token, "observers.revokePairingCode", { pairingCodeId: pairingCode.pairingCodeId });
    const refused = await withdraw(other.token);
    assert("failure" in refused && refused.failure.code === "not_found", "it is the student's");
    assert(!("failure" in (await withdraw(student.token))));
    assert.equal(await redeem(parent.token, code), "unknown_pairing_code");

    const codes: string[] = [];
    for (let made = 0; made < pairingCodesMax; made++) codes.push((await create()).code);
    const full = await kernel.call(student.token, "observers.createPairingCode", {});
    assert("failure" in full && full.failure.code === "too_many_pairing_codes");
    clock.advance(pairingCodeMs);
    // Sessions have ended meanwhile, too.
    const again = async ({ email }: { readonly email: string }) =>
      kernel.must<{ token: string }>(null, "identity.signIn", { email, password: fixturePassword });
    assert.equal(await redeem((await again(parent)).token, codes[0] ?? ""), "pairing_code_expired");
    const { token } = await again(student);
    await kernel.must(token, "observers.createPairingCode", {});
    const shown = await kernel.must<{ pairingCodes: object[] }>(token, "observers.getObservers", {});
    assert.equal(shown.pairingCodes.length, 1);
  });

  test("whoever guesses is slowed down, and a program makes and uses no codes", async (t) => {
    const { kernel, create, redeem, student, parent } = await open(t, engine);
    for (let tried = 0; tried < pairingAttemptsMax; tried++)
      assert.equal(await redeem(parent.token, "AAAAA-AAAAA"), "unknown_pairing_code");
    const { code } = await create();
    assert.equal(await redeem(parent.token, code), "rate_limited");
    const { secret } = await kernel.must<{ secret: string }>(student.token, "identity.createAccessToken", {
      name: "a program",
      expiresInDays: 7,
    });
    const made = await kernel.call(secret, "observers.createPairingCode", {});
    assert("failure" in made && made.failure.code === "forbidden");
  });
});
