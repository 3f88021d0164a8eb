/** Joining, as a newcomer lives it: with the right token, with a wrong one, and with somebody standing in between. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, systemClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { Unavailable } from "#engines/errors.ts";
import {
  type Authority,
  createNodeKeyAndRequest,
  fingerprintOf,
  issueNodeCertificate,
} from "./certificates.ts";
import { askToJoin } from "./join.ts";
import {
  encodeJoinToken,
  hashJoinSecret,
  JoinTokenInvalid,
  newJoinSecret,
  parseJoinToken,
} from "./join-token.ts";
import { JoinRefused, type JoinRequest } from "./port.ts";
import { clusterId, newAuthority, newCredentials, startNode } from "./testing.ts";

const secret = newJoinSecret(seededRandom(4));

/** A cluster of one node that lets in who knows the secret, and keeps what it was told. */
async function startHost(t: Parameters<typeof startNode>[0], authority: Authority) {
  const node = await startNode(t, { id: "host", credentials: await newCredentials(authority, "host") });
  const told: JoinRequest[] = [];
  node.transport.admitWith(async (request) => {
    told.push(request);
    if (hashJoinSecret(request.token) !== hashJoinSecret(secret))
      throw new JoinRefused("token_unknown", "no such token: make a new one with lyceum cluster token");
    const { certificateRequest } = request;
    return {
      nodeId: "newcomer",
      clusterId,
      certificate: await issueNodeCertificate({
        authority,
        clusterId,
        nodeId: "newcomer",
        certificateRequest,
        now: systemClock.now(),
      }),
      authority: authority.certificate,
      masterKey: "a2V5",
      members: [{ id: "host", peerAddress: node.address }],
    };
  });
  return { ...node, told };
}

async function newRequest() {
  const { certificateRequest } = await createNodeKeyAndRequest();
  return {
    certificateRequest,
    name: "new",
    peerAddress: "127.0.0.1:1",
    httpUrl: "http://127.0.0.1:2",
    grpcAddress: null,
    schemaKnown: 3,
  };
}

test("a newcomer with a good token gets a certificate and learns whom to reach", async (t) => {
  const authority = await newAuthority();
  const host = await startHost(t, authority);
  const token = parseJoinToken(
    encodeJoinToken({ addresses: [host.address], fingerprint: fingerprintOf(authority.certificate), secret }),
  );
  const request = await newRequest();
  const answer = await askToJoin({ token, request, clock: systemClock });
  assert.equal(answer.nodeId, "newcomer");
  assert.deepEqual(answer.members, [{ id: "host", peerAddress: host.address }]);
  assert.deepEqual(host.told, [{ ...request, token: secret }]);
});

test("somebody in between with an authority of his own never sees the secret", async (t) => {
  const impostor = await startHost(t, await newAuthority());
  const token = {
    addresses: [impostor.address],
    fingerprint: fingerprintOf((await newAuthority()).certificate),
    secret,
  };
  await assert.rejects(
    askToJoin({ token, request: await newRequest(), clock: systemClock }),
    (error) =>
      error instanceof JoinRefused &&
      error.code === "authority_mismatch" &&
      /the token's secret was not sent/.test(error.message),
  );
  assert.deepEqual(impostor.told, []);
});

test("a wrong secret is refused with the cluster's sentence, and after twenty of them the door stays shut", async (t) => {
  const authority = await newAuthority();
  const host = await startHost(t, authority);
  const fingerprint = fingerprintOf(authority.certificate);
  const request = await newRequest();
  const codes: string[] = [];
  for (let attempt = 0; attempt < 21; attempt++)
    await assert.rejects(
      askToJoin({
        token: { addresses: [host.address], fingerprint, secret: "guess" },
        request,
        clock: systemClock,
      }),
      (error) => error instanceof JoinRefused && codes.push(error.code) > 0,
    );
  assert.deepEqual(codes, [...Array.from({ length: 20 }, () => "token_unknown"), "too_many_attempts"]);
  assert.equal(host.told.length, 20);
});

test("an address that does not answer is passed over; when none does, the sentence names each", async (t) => {
  const authority = await newAuthority();
  const host = await startHost(t, authority);
  const gone = await startNode(t, { id: "gone", credentials: await newCredentials(authority, "gone") });
  await gone.transport.close();
  const fingerprint = fingerprintOf(authority.certificate);
  const request = await newRequest();
  const addresses = [gone.address, host.address];
  await askToJoin({ token: { addresses, fingerprint, secret }, request, clock: systemClock });
  await assert.rejects(
    askToJoin({ token: { addresses: [gone.address], fingerprint, secret }, request, clock: systemClock }),
    (error) =>
      error instanceof Unavailable &&
      error.message.includes(gone.address) &&
      /same token/.test(error.message),
  );
});

test("a clock that is years off is named as what is wrong", async (t) => {
  const authority = await newAuthority();
  const host = await startHost(t, authority);
  const clock = new ManualClock(Date.UTC(2001, 0, 1));
  const token = { addresses: [host.address], fingerprint: fingerprintOf(authority.certificate), secret };
  await assert.rejects(
    askToJoin({ token, request: await newRequest(), clock }),
    (error) =>
      error instanceof JoinRefused && error.code === "clock_wrong" && /set the clock/.test(error.message),
  );
  assert.deepEqual(host.told, []);
});

test("a certificate for another key than the newcomer's is not taken", async (t) => {
  const authority = await newAuthority();
  const host = await startHost(t, authority);
  const other = await createNodeKeyAndRequest();
  host.transport.admitWith(async () => ({
    nodeId: "newcomer",
    clusterId,
    certificate: await issueNodeCertificate({
      authority,
      clusterId,
      nodeId: "newcomer",
      certificateRequest: other.certificateRequest,
      now: systemClock.now(),
    }),
    authority: authority.certificate,
    masterKey: "a2V5",
    members: [],
  }));
  const token = { addresses: [host.address], fingerprint: fingerprintOf(authority.certificate), secret };
  await assert.rejects(
    askToJoin({ token, request: await newRequest(), clock: systemClock }),
    (error) => error instanceof JoinRefused && error.code === "invalid_answer",
  );
});

test("a text that is no token, or half of one, is refused with what to do", () => {
  const whole = encodeJoinToken({ addresses: ["a:1"], fingerprint: "0".repeat(64), secret });
  assert.deepEqual(parseJoinToken(` ${whole}\n`), {
    addresses: ["a:1"],
    fingerprint: "0".repeat(64),
    secret,
  });
  for (const [text, sentence] of [
    ["hello", /begins with "lyj1\."/],
    [whole.slice(0, -20), /copy the whole of it/],
    [encodeJoinToken({ addresses: [], fingerprint: "0".repeat(64), secret }), /cut short/],
  ] as const)
    assert.throws(
      () => parseJoinToken(text),
      (error) => error instanceof JoinTokenInvalid && sentence.test(error.message),
    );
});
