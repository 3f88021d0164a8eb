import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import test from "node:test";
import { seededRandom } from "#base/random.ts";
import { createAuthority, createNodeKeyAndRequest, identityOf } from "#engines/peer/certificates.ts";
import { clusterAdmission, openAuthority, sealAuthority } from "./authority.ts";

const now = Date.UTC(2026, 10, 1);
const keys = { masterKey: new Uint8Array(32).fill(7), clusterId: "c".repeat(32) };

test("the authority opens under the master key of its own cluster only", async () => {
  const authority = await createAuthority({ clusterId: keys.clusterId, now });
  const sealed = sealAuthority(authority, keys, seededRandom(1));
  assert.doesNotMatch(sealed, /PRIVATE/);
  assert.deepEqual(openAuthority(sealed, keys), authority);
  // In the middle: of the last letter some bits mean nothing.
  const middle = Math.floor(sealed.length / 2);
  const other = sealed[middle] === "A" ? "B" : "A";
  const altered = `${sealed.slice(0, middle)}${other}${sealed.slice(middle + 1)}`;
  for (const [text, others] of [
    [sealed, { ...keys, masterKey: new Uint8Array(32).fill(8) }],
    [sealed, { ...keys, clusterId: "d".repeat(32) }],
    [altered, keys],
    ["nonsense", keys],
  ] as const)
    assert.throws(() => openAuthority(text, others), /the master key is not the one/);
});

test("a newcomer gets a certificate of the authority in its name, and the master key", async () => {
  const authority = await createAuthority({ clusterId: keys.clusterId, now });
  const sealedAuthority = sealAuthority(authority, keys, seededRandom(1));
  const admission = clusterAdmission(keys, authority.certificate);
  const { certificateRequest } = await createNodeKeyAndRequest();
  const wish = { sealedAuthority, certificateRequest, nodeId: "00000000000b", now };
  const certificate = new X509Certificate(await admission.issue(wish));
  assert.deepEqual(identityOf(certificate), { clusterId: keys.clusterId, nodeId: "00000000000b" });
  assert.ok(certificate.verify(new X509Certificate(admission.authority).publicKey));
  assert.match((await admission.keyHashOf(certificateRequest)) ?? "", /^[0-9a-f]{64}$/);
  assert.equal(await admission.keyHashOf("nonsense"), null);
  assert.deepEqual(Buffer.from(admission.masterKey(), "base64"), Buffer.from(keys.masterKey));
});
