/** Passkeys, with an authenticator made of WebCrypto: whatever a browser may send, and what it must not get away with. */
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { test } from "node:test";
import { isoCBOR } from "@simplewebauthn/server/helpers";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import type { Result } from "#kernel/testing.ts";
import { type BuiltPerson, fixturePassword } from "./fixtures.ts";
import { relyingPartyOf } from "./relying-party.ts";
import { openSchool, type TestSchool } from "./testing.ts";

const publicUrl = "https://school.example";
const codeOf = (result: Result) => ("failure" in result ? result.failure.code : "done");
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest();

interface Signing {
  readonly nonce: string;
  readonly origin?: string;
  readonly rpId?: string;
  readonly counter?: number;
  readonly verified?: boolean;
}

/** A key that signs as a phone would. */
class Authenticator {
  readonly id = base64url(sha256(randomUUID()));
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  #userHandle = "";

  make(nonce: string, userHandle: string, origin = publicUrl) {
    this.#userHandle = userHandle;
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    const key = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, "base64url"))],
      [-3, new Uint8Array(Buffer.from(y, "base64url"))],
    ]);
    const id = Buffer.from(this.id, "base64url");
    const authData = Buffer.concat([
      this.#head({ nonce, verified: true }, 0x40),
      Buffer.alloc(16),
      Buffer.from([0, id.length]),
      id,
      isoCBOR.encode(key),
    ]);
    const attestation = new Map<string, unknown>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", new Uint8Array(authData)],
    ]);
    return {
      credentialId: this.id,
      clientDataJson: this.#clientData("webauthn.create", nonce, origin),
      attestationObject: base64url(isoCBOR.encode(attestation as never)),
      transports: ["internal"],
    };
  }

  answer(signing: Signing) {
    const authenticatorData = this.#head(signing, 0);
    const clientDataJson = this.#clientData("webauthn.get", signing.nonce, signing.origin ?? publicUrl);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJson, "base64url"))]);
    return {
      credentialId: this.id,
      clientDataJson,
      authenticatorData: base64url(authenticatorData),
      signature: base64url(sign("sha256", signed, this.#keys.privateKey)),
      ...(this.#userHandle === "" ? {} : { userHandle: this.#userHandle }),
    };
  }

  #head({ rpId = "school.example", counter = 0, verified = true }: Signing, flags: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([0x01 | (verified ? 0x04 : 0) | flags]), count]);
  }

  #clientData(type: string, challenge: string, origin: string): string {
    return base64url(Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })));
  }
}

interface Begun {
  readonly challengeId: string;
  readonly nonce: string;
  readonly userHandle: string;
  readonly excludeCredentialIds: string[];
}
interface Asked {
  readonly challengeToken: string;
  readonly passkey: { readonly nonce: string };
}

async function addPasskey({ must }: TestSchool, person: BuiltPerson, phone = new Authenticator()) {
  const begun = await must<Begun>(person.token, "identity.beginPasskey", {
    currentPassword: fixturePassword,
  });
  const added = await must<{ passkey: { id: string }; recoveryCodes: string[] | null }>(
    person.token,
    "identity.addPasskey",
    { challengeId: begun.challengeId, name: "Phone", made: phone.make(begun.nonce, begun.userHandle) },
  );
  return { phone, ...added };
}

/** Signs in by the passkey alone; `signing` says what is odd about the answer. */
async function signInBy(test: TestSchool, phone: Authenticator, signing: Omit<Signing, "nonce"> = {}) {
  const { challengeToken, passkey } = await test.must<Asked>(null, "identity.beginPasskeySignIn", {});
  return test.call(null, "identity.completeSignIn", {
    challengeToken,
    passkey: phone.answer({ nonce: passkey.nonce, ...signing }),
  });
}

eachEngine("passkeys", (engine) => {
  test("one signs in with a passkey alone, and it stands beside the password as the second step", async (t) => {
    const test = await openSchool(t, engine, { publicUrl });
    const { student } = test.school;
    const { phone, recoveryCodes } = await addPasskey(test, student);
    assert.equal(recoveryCodes?.length, 10, "with the first second step");
    const alone = await signInBy(test, phone);
    assert("output" in alone);
    const { person, session } = alone.output as { person: { id: string }; session: { signedInBy: string } };
    assert.deepEqual([person.id, session.signedInBy], [student.id, "passkey"]);
    const answer = await test.must<{
      challengeToken: string;
      secondStep: { passkey: { nonce: string; credentialIds: string[] } };
    }>(null, "identity.signIn", { email: student.email, password: fixturePassword });
    assert.deepEqual(answer.secondStep.passkey.credentialIds, [phone.id]);
    const passkey = phone.answer({ nonce: answer.secondStep.passkey.nonce, verified: false });
    const { challengeToken } = answer;
    assert.equal(
      codeOf(await test.call(null, "identity.completeSignIn", { challengeToken, passkey })),
      "done",
    );
    assert.equal(
      codeOf(await test.call(null, "identity.completeSignIn", { challengeToken, passkey })),
      "challenge_ended",
    );
  });

  test("what another page, another school or somebody without the key sends is refused", async (t) => {
    const test = await openSchool(t, engine, { publicUrl });
    const { phone } = await addPasskey(test, test.school.student);
    const refused = async (signing: Omit<Signing, "nonce">) => codeOf(await signInBy(test, phone, signing));
    assert.equal(await refused({ origin: "https://school.example.evil.example" }), "passkey_invalid");
    assert.equal(await refused({ origin: "http://school.example" }), "passkey_invalid");
    assert.equal(await refused({ rpId: "evil.example" }), "passkey_invalid");
    assert.equal(
      await refused({ verified: false }),
      "passkey_invalid",
      "alone it must have asked for a finger or a PIN",
    );
    assert.equal(codeOf(await signInBy(test, new Authenticator())), "passkey_invalid");
    const asked = await test.must<Asked>(null, "identity.beginPasskeySignIn", {});
    const stale = phone.answer({ nonce: base64url(sha256("another challenge")) });
    const { challengeToken } = asked;
    assert.equal(
      codeOf(await test.call(null, "identity.completeSignIn", { challengeToken, passkey: stale })),
      "passkey_invalid",
    );
  });

  test("a counter that does not grow is a copy's", async (t) => {
    const test = await openSchool(t, engine, { publicUrl });
    const { phone } = await addPasskey(test, test.school.student);
    assert.equal(codeOf(await signInBy(test, phone, { counter: 5 })), "done");
    assert.equal(codeOf(await signInBy(test, phone, { counter: 5 })), "passkey_invalid");
    assert.equal(codeOf(await signInBy(test, phone, { counter: 4 })), "passkey_invalid");
    assert.equal(codeOf(await signInBy(test, phone, { counter: 6 })), "done");
  });

  test("somebody else's passkey is no second step, and nobody adds one that is another's", async (t) => {
    const test = await openSchool(t, engine, { publicUrl });
    const { student, otherStudent } = test.school;
    const mine = await addPasskey(test, student);
    const theirs = await addPasskey(test, otherStudent);
    const answer = await test.must<{ challengeToken: string; secondStep: { passkey: { nonce: string } } }>(
      null,
      "identity.signIn",
      { email: student.email, password: fixturePassword },
    );
    const passkey = theirs.phone.answer({ nonce: answer.secondStep.passkey.nonce });
    const { challengeToken } = answer;
    assert.equal(
      codeOf(await test.call(null, "identity.completeSignIn", { challengeToken, passkey })),
      "passkey_invalid",
    );
    const begun = await test.must<Begun>(otherStudent.token, "identity.beginPasskey", {
      currentPassword: fixturePassword,
    });
    const made = mine.phone.make(begun.nonce, begun.userHandle);
    const twice = await test.call(otherStudent.token, "identity.addPasskey", {
      challengeId: begun.challengeId,
      name: "Mine",
      made,
    });
    assert.equal(codeOf(twice), "passkey_invalid");
    const stolen = await test.call(student.token, "identity.addPasskey", {
      challengeId: begun.challengeId,
      name: "Mine",
      made,
    });
    assert.equal(codeOf(stolen), "passkey_invalid", "another's challenge");
  });

  test("removed, it opens nothing; with the last second step the codes go too", async (t) => {
    const test = await openSchool(t, engine, { publicUrl });
    const { student } = test.school;
    const { phone, passkey } = await addPasskey(test, student);
    await test.must(student.token, "identity.removePasskey", {
      passkeyId: passkey.id,
      currentPassword: fixturePassword,
    });
    assert.equal(codeOf(await signInBy(test, phone)), "passkey_invalid");
    const methods = await test.must(student.token, "identity.getSignInMethods", {});
    assert.deepEqual(methods, {
      isTwoStep: false,
      isRequired: false,
      totpSince: null,
      recoveryCodesLeft: 0,
      passkeys: [],
    });
  });
});

test("passkeys are for a name with TLS, or for this machine", () => {
  const rpIdAt = (url: string) => relyingPartyOf(url)?.rpId ?? null;
  assert.deepEqual(
    [
      "https://school.example",
      "https://school.example:8443",
      "http://school.example",
      "https://192.0.2.7",
      "https://[2001:db8::1]",
      "http://127.0.0.1:8080",
      "http://localhost:8080",
      "",
    ].map(rpIdAt),
    ["school.example", "school.example", null, null, null, "localhost", "localhost", null],
  );
  assert.equal(relyingPartyOf("http://127.0.0.1:8080")?.isOwn("http://localhost:8081"), true);
  assert.equal(relyingPartyOf("http://127.0.0.1:8080")?.isOwn("http://localhost.evil.example"), false);
});
