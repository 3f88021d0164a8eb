/** Hashes that others can read, weak passwords turned away, and no way to tell accounts apart by what is asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/random.ts";
import { hashPassword, isOutdated, requireStrong, verifyPassword } from "./passwords.ts";

const seeded = seededRandom(3);
const random = (count: number) => seeded.bytes(count);

test("a password verifies against its own hash and no other does", async () => {
  const stored = await hashPassword("seven quiet otters", random);
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await verifyPassword("seven quiet otters", stored), true);
  assert.equal(await verifyPassword("seven quiet otter", stored), false);
  assert.notEqual(await hashPassword("seven quiet otters", random), stored, "each has a salt of its own");
  assert.equal(isOutdated(stored), false);
});

test("hashes with other parameters verify and are known to be old", async () => {
  // From the test program of the reference implementation (phc-winner-argon2, test.c): t=2, m=2^16 and 2^8, p=1 and 2.
  const references = [
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
  ];
  for (const stored of references) {
    assert.equal(await verifyPassword("password", stored), true, stored);
    assert.equal(await verifyPassword("passwore", stored), false, stored);
    assert.equal(isOutdated(stored), true);
  }
});

test("no stored password means no, also for the hash that stands in for it", async () => {
  assert.equal(await verifyPassword("", null), false);
  assert.equal(await verifyPassword("seven quiet otters", null), false);
});

test("one password typed as different code points is one password", async () => {
  const stored = await hashPassword("Zoe\u0308 likes ﬁsh", random);
  assert.equal(await verifyPassword("Zoë likes fish", stored), true);
});

test("more sign-ins at once than may hash at once all get their answer", async () => {
  const stored = await hashPassword("seven quiet otters", random);
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      verifyPassword(index % 2 === 0 ? "seven quiet otters" : "no", stored),
    ),
  );
  assert.deepEqual(answers, [true, false, true, false, true, false]);
});

test("a damaged hash is a fault of ours, not a wrong password", async () => {
  for (const stored of [
    "",
    "$2b$10$abc",
    "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0tt",
  ])
    await assert.rejects(verifyPassword("password", stored), /stored password hash/);
});

test("weak passwords are refused with what is wrong, strong ones in any script are not", () => {
  const weak: readonly [string, RegExp][] = [
    ["short", /fewer than 8/],
    ["Password123", /most common/],
    ["QWERTYUIOP", /most common/],
    ["aaaaaaaaaa", /most common/],
    ["ababababab", /most common/],
    ["ada.l@school.example", /your e-mail address/],
    ["Ada.Lovelace@school.example", /your e-mail address/],
  ];
  for (const [password, message] of weak)
    assert.throws(
      () =>
        requireStrong(
          password,
          password.toLowerCase().includes("@") ? password.toLowerCase() : "x@y.example",
        ),
      { code: "weak_password", message },
      password,
    );
  assert.throws(() => requireStrong("ada.lovelace", "ada.lovelace@school.example"), {
    code: "weak_password",
  });
  assert.throws(
    () => requireStrong("😀😀😀😀", "x@y.example"),
    { code: "weak_password" },
    "characters, not code units",
  );
  for (const password of ["seven quiet otters", "правильнаялошадь", "正確な馬電池ホチキス", "x8#kq!2v"])
    requireStrong(password, "ada@school.example");
});
