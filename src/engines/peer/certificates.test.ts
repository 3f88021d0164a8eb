/** The cluster's authority, as OpenSSL and Node see what it signs. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CertificateRequestInvalid,
  createAuthority,
  createNodeKeyAndRequest,
  createRequestForKey,
  credentialsProblem,
  fingerprintOf,
  identityOf,
  isForRequest,
  isRenewalDue,
  issueNodeCertificate,
} from "./certificates.ts";
import { loadIdentity, saveCertificate, saveIdentity } from "./credentials-folder.ts";

const clusterId = "0123456789abcdef0123456789abcdef";
const now = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;
const identity = { clusterId, nodeId: "a1b2c3d4e5f6" };

async function issued(options: { readonly validDays?: number } = {}) {
  const authority = await createAuthority({ clusterId, now });
  const { privateKey, certificateRequest } = await createNodeKeyAndRequest();
  const certificate = await issueNodeCertificate({
    authority,
    ...identity,
    certificateRequest,
    now,
    ...options,
  });
  return { authority, privateKey, certificateRequest, certificate };
}

test("a certificate is signed by the authority, names the node, and is for the key that asked", async () => {
  const { authority, privateKey, certificateRequest, certificate } = await issued();
  const [own, root] = [new X509Certificate(certificate), new X509Certificate(authority.certificate)];
  assert(own.checkIssued(root) && own.verify(root.publicKey) && root.verify(root.publicKey));
  assert.equal(root.ca, true);
  assert.equal(own.ca, false);
  assert.deepEqual(identityOf(own), identity);
  assert.equal(identityOf(root), null);
  assert(isForRequest(own, certificateRequest));
  assert(!isForRequest(own, (await createNodeKeyAndRequest()).certificateRequest));
  const credentials = { certificate, privateKey, authority: authority.certificate };
  assert.equal(credentialsProblem(credentials, identity, now), null);
  assert.match(fingerprintOf(authority.certificate), /^[0-9a-f]{64}$/);
});

test("a certificate stands a clock that is hours behind, and ends long after a year", async () => {
  const { certificate, authority } = await issued();
  for (const text of [certificate, authority.certificate]) {
    const { validFromDate, validToDate } = new X509Certificate(text);
    assert(validFromDate.getTime() <= now - 3_600_000);
    assert(validToDate.getTime() >= now + 400 * dayMs);
  }
});

test("a renewal is due in the last third; it is for the same key, under a number of its own", async () => {
  const { authority, privateKey, certificate } = await issued({ validDays: 90 });
  assert.equal(isRenewalDue(certificate, now + 58 * dayMs), false);
  assert.equal(isRenewalDue(certificate, now + 62 * dayMs), true);
  const certificateRequest = await createRequestForKey(privateKey);
  const renewed = await issueNodeCertificate({ authority, ...identity, certificateRequest, now });
  const credentials = { certificate: renewed, privateKey, authority: authority.certificate };
  assert.equal(credentialsProblem(credentials, identity, now), null);
  assert.notEqual(new X509Certificate(renewed).serialNumber, new X509Certificate(certificate).serialNumber);
});

test("what is wrong with credentials is said in a sentence", async () => {
  const mine = await issued({ validDays: 10 });
  const other = await issued();
  const { certificate, privateKey } = mine;
  const authority = mine.authority.certificate;
  const problem = (parts: object, self = identity, at = now) =>
    credentialsProblem({ certificate, privateKey, authority, ...parts }, self, at);
  assert.match(problem({ authority: other.authority.certificate }) ?? "", /not signed by the authority/);
  assert.match(problem({ privateKey: other.privateKey }) ?? "", /another private key/);
  assert.match(problem({}, { ...identity, nodeId: "b" }) ?? "", /names .*a1b2c3d4e5f6, not .*\/b$/);
  assert.match(problem({}, identity, now + 11 * dayMs) ?? "", /expired on 2026-06-11.*set the clock right/);
  assert.match(
    problem({}, identity, now - 11 * dayMs) ?? "",
    /not valid before 2026-05-31.*set the clock right/,
  );
});

test("a request that is none, or was tampered with, is not certified", async () => {
  const { authority, certificateRequest } = await issued();
  const issue = (text: string) =>
    issueNodeCertificate({ authority, ...identity, certificateRequest: text, now });
  await assert.rejects(issue("hello"), CertificateRequestInvalid);
  const [head = "", ...lines] = certificateRequest.trim().split("\n");
  const raw = Buffer.from(lines.slice(0, -1).join(""), "base64");
  raw.writeUInt8(raw.readUInt8(raw.length - 1) ^ 1, raw.length - 1);
  const tampered = [head, raw.toString("base64"), lines.at(-1)].join("\n");
  await assert.rejects(issue(tampered), CertificateRequestInvalid);
});

test("an identity is kept readable by its owner only, comes back whole, and half of one is an error", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-identity-"));
  t.after(() => rm(folder, { recursive: true }));
  const home = join(folder, "cluster");
  assert.equal(await loadIdentity(home), null);
  const { authority, privateKey, certificate } = await issued();
  const credentials = { certificate, privateKey, authority: authority.certificate };
  await saveIdentity(home, { identity, credentials });
  assert.deepEqual(await loadIdentity(home), { identity, credentials });
  for (const name of ["node.key", "node.crt", "authority.crt", "node.json"])
    assert.equal((await stat(join(home, name))).mode & 0o777, 0o600, name);
  assert.equal((await stat(home)).mode & 0o777, 0o700);
  await saveCertificate(home, "renewed");
  assert.equal(await readFile(join(home, "node.crt"), "utf8"), "renewed");
  await rm(join(home, "node.key"));
  await assert.rejects(
    loadIdentity(home),
    /lacks one of .*put it back from a copy, or .* join again with an empty folder/,
  );
  await writeFile(join(home, "node.key"), privateKey);
  await assert.rejects(loadIdentity(home), /node\.crt is damaged: put it back from a copy/);
  await saveCertificate(home, certificate);
  await writeFile(join(home, "node.json"), "{");
  await assert.rejects(loadIdentity(home), /node\.json is damaged/);
});
