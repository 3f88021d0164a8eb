/** Our JWE against the published vectors and against jose: what we make others can read, and the other way round. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompactEncrypt, compactDecrypt, jwtDecrypt } from "jose";
import { present } from "#base/assert.ts";
import { seededRandom } from "#base/random.ts";
import { gcmOpen, gcmSeal, jweOpen, jweParse, jweSeal } from "./tokens-jwe.ts";

const hex = (text: string) => Buffer.from(text, "hex");
const random = seededRandom(7);
const key = random.bytes(32);
const header = { kid: "key-1", typ: "session" };

/** Test cases 13 to 16 of the GCM specification that NIST took over (AES-256, 96-bit IV). */
const gcmVectors = [
  {
    name: "13: nothing to hide",
    key: "00".repeat(32),
    iv: "00".repeat(12),
    plaintext: "",
    aad: "",
    ciphertext: "",
    tag: "530f8afbc74536b9a963b4f1c4cb738b",
  },
  {
    name: "14: one block",
    key: "00".repeat(32),
    iv: "00".repeat(12),
    plaintext: "00".repeat(16),
    aad: "",
    ciphertext: "cea7403d4d606b6e074ec5d3baf39d18",
    tag: "d0d1c8a799996bf0265b98b5d48ab919",
  },
  {
    name: "16: associated data, a last block cut short",
    key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
    iv: "cafebabefacedbaddecaf888",
    plaintext:
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    ciphertext:
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
    tag: "76fc6ece0f4e1768cddf8853bb2d551b",
  },
];

for (const vector of gcmVectors)
  test(`AES-256-GCM, test case ${vector.name}`, () => {
    const sealed = gcmSeal(hex(vector.key), hex(vector.iv), hex(vector.aad), hex(vector.plaintext));
    assert.equal(sealed.ciphertext.toString("hex"), vector.ciphertext);
    assert.equal(sealed.tag.toString("hex"), vector.tag);
    assert.deepEqual(
      gcmOpen(hex(vector.key), hex(vector.iv), hex(vector.aad), sealed),
      hex(vector.plaintext),
    );
  });

test("the content of RFC 7516, appendix A.1, opens with its key", () => {
  const contentKey = Uint8Array.from([
    177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246, 138, 7, 110, 91, 112, 46, 34,
    105, 47, 130, 203, 46, 122, 234, 64, 252,
  ]);
  const iv = Uint8Array.from([227, 197, 117, 252, 2, 219, 233, 68, 180, 225, 77, 219]);
  const aad = Buffer.from("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ");
  const text = "The true sign of intelligence is not knowledge but imagination.";
  const ciphertext = "5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A";
  const tag = Buffer.from("XFBoMYUZodetZdvTiFvSkQ", "base64url");
  const sealed = gcmSeal(contentKey, iv, aad, Buffer.from(text));
  assert.equal(sealed.ciphertext.toString("base64url"), ciphertext);
  assert.deepEqual(sealed.tag, tag);
  assert.equal(gcmOpen(contentKey, iv, aad, sealed)?.toString(), text);
});

test("jose reads our token, and its JWT reader honours our expiry", async () => {
  const token = jweSeal(key, header, { sid: "s1", exp: 2_000_000_000.5 }, random.bytes(12));
  const { plaintext, protectedHeader } = await compactDecrypt(token, key);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(plaintext)), { sid: "s1", exp: 2_000_000_000.5 });
  assert.deepEqual(protectedHeader, { alg: "dir", enc: "A256GCM", ...header });
  const expiry = { currentDate: new Date(2_000_000_001_000), typ: "session" };
  await assert.rejects(jwtDecrypt(token, key, expiry), { code: "ERR_JWT_EXPIRED" });
});

test("we read jose's token", async () => {
  const token = await new CompactEncrypt(new TextEncoder().encode('{"sid":"s2","name":"Zoë 漢字"}'))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", ...header })
    .encrypt(key);
  const parts = present(jweParse(token), "jose makes a compact JWE");
  assert.deepEqual(parts.header, header);
  assert.deepEqual(jweOpen(key, parts), { sid: "s2", name: "Zoë 漢字" });
});

test("a change to any character is seen", () => {
  const token = jweSeal(key, header, { sid: "s1" }, random.bytes(12));
  for (let index = 0; index < token.length; index++) {
    // Far enough in the alphabet to change bits that count, even in the last character of a part.
    const other = token[index] === "." ? "_" : token[index] === "A" ? "w" : "A";
    const changed = token.slice(0, index) + other + token.slice(index + 1);
    const parts = jweParse(changed);
    assert.equal(parts === null ? null : jweOpen(key, parts), null, `character ${index}`);
  }
});

test("what is not a token of this one kind is turned away before any key is looked for", async () => {
  const token = jweSeal(key, header, { sid: "s1" }, random.bytes(12));
  const [first = "", , iv = "", ciphertext = "", tag = ""] = token.split(".");
  const withHeader = (fields: object) =>
    `${Buffer.from(JSON.stringify(fields)).toString("base64url")}..${iv}.${ciphertext}.${tag}`;
  const whole = { alg: "dir", enc: "A256GCM", ...header };
  const bad = {
    empty: "",
    "four parts": `${first}..${iv}.${ciphertext}`,
    "six parts": `${token}.x`,
    "a wrapped key": `${first}.abc.${iv}.${ciphertext}.${tag}`,
    "padding at the end": `${token}=`,
    "a space": ` ${token}`,
    "another algorithm": withHeader({ ...whole, alg: "A256KW" }),
    "another cipher": withHeader({ ...whole, enc: "A128GCM" }),
    "no algorithm at all": withHeader({ ...whole, alg: "none" }),
    "a compressed text": withHeader({ ...whole, zip: "DEF" }),
    "a critical extension": withHeader({ ...whole, crit: ["exp"] }),
    "no key id": withHeader({ ...whole, kid: undefined }),
    "a header that is a list": withHeader([1]),
    "a header that is no JSON": `${Buffer.from("{").toString("base64url")}..${iv}.${ciphertext}.${tag}`,
  };
  for (const [name, text] of Object.entries(bad)) assert.equal(jweParse(text), null, name);
  const short = `${first}..${iv}.${ciphertext}.${tag.slice(0, 16)}`;
  assert.equal(jweOpen(key, present(jweParse(short), "a short tag still parses")), null, "a tag cut short");
  assert.equal(jweOpen(random.bytes(32), present(jweParse(token), "parses")), null, "another key");
});
