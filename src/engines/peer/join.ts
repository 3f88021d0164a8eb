/** The newcomer's half of joining: knocks at an address of its token, and shows the secret to nobody but the right cluster. */
import { X509Certificate } from "node:crypto";
import type { ClientHttp2Session } from "node:http2";
import { create } from "@bufbuild/protobuf";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import { messageVersion } from "#raft/message.ts";
import { fingerprintOf, identityOf, isForRequest, validityProblem } from "./certificates.ts";
import { clientOn, sentenceOf, wasNotTaken } from "./client.ts";
import { DialFailed, dial, openTls } from "./dial.ts";
import { JoinRequestSchema, type JoinAnswer as WireAnswer } from "./generated/raft.ts";
import type { JoinToken } from "./join-token.ts";
import { type JoinAnswer, type JoinRefusalCode, JoinRefused, type JoinRequest } from "./port.ts";

const attemptMs = 5_000;
const answerMs = 30_000;

/**
 * Asks the cluster of the token to be let in. Tries its addresses in turn. Rejects with `JoinRefused` when the cluster
 * says no or is not the one of the token, and with `Unavailable` when none of its nodes could answer; the same request
 * again is then harmless.
 */
export async function askToJoin(options: {
  readonly token: JoinToken;
  readonly request: Omit<JoinRequest, "token">;
  readonly clock: Clock;
}): Promise<JoinAnswer> {
  const { token } = options;
  const failures: string[] = [];
  let mismatch: JoinRefused | null = null;
  for (const address of token.addresses) {
    try {
      return await joinAt(address, options);
    } catch (error) {
      // An address may have passed to another cluster meanwhile; the next one may still be right.
      if (error instanceof JoinRefused && error.code === "authority_mismatch") mismatch ??= error;
      else if (error instanceof JoinRefused) throw error;
      failures.push(sentenceOf(error));
    }
  }
  if (mismatch !== null) throw mismatch;
  throw new Unavailable(
    `no node of the cluster let this one in: ${failures.join("; ")}. Check that those nodes run and that their peer ports are open to this machine, then try again with the same token`,
  );
}

async function joinAt(
  address: string,
  { token, request, clock }: Parameters<typeof askToJoin>[0],
): Promise<JoinAnswer> {
  const authority = await authorityAt(address, token, clock);
  const problem = validityProblem(new X509Certificate(authority), clock.now(), "the cluster's authority");
  if (problem !== null) throw new JoinRefused("clock_wrong", problem);
  // From here on TLS itself checks that whoever answers was certified by the pinned authority.
  const session = await dial({ address, authority, own: null, expected: null, clock, timeoutMs: attemptMs });
  try {
    return checkedAnswer(await answerOf(session, token, request), { authority, request, clock });
  } finally {
    session.destroy();
  }
}

/** The authority's certificate as the node at `address` shows it; no other than the one that the token pins. */
async function authorityAt(address: string, token: JoinToken, clock: Clock): Promise<string> {
  const socket = await openTls({}, { address, clock, timeoutMs: attemptMs });
  const shown = socket.getPeerCertificate(true).issuerCertificate?.raw;
  socket.on("error", () => {
    // It is not needed any more.
  });
  socket.end();
  if (shown === undefined || fingerprintOf(shown) !== token.fingerprint)
    throw new JoinRefused(
      "authority_mismatch",
      `what answers at ${address} is not the cluster of this token, so that the token's secret was not sent: the address belongs to another cluster now, the token is of an older one, or somebody stands in between`,
    );
  return new X509Certificate(shown).toString();
}

async function answerOf(
  session: ClientHttp2Session,
  token: JoinToken,
  request: Omit<JoinRequest, "token">,
): Promise<WireAnswer> {
  const { certificateRequest, name, peerAddress, httpUrl, grpcAddress, schemaKnown } = request;
  const response = await clientOn(session)
    .join(
      create(JoinRequestSchema, {
        protocolVersion: messageVersion,
        secret: token.secret,
        certificateRequest,
        name,
        peerAddress,
        schemaKnown,
        ...(httpUrl === null ? {} : { httpUrl }),
        ...(grpcAddress === null ? {} : { grpcAddress }),
      }),
      { timeoutMs: answerMs },
    )
    .catch((cause: unknown) => {
      if (wasNotTaken(cause)) throw new JoinRefused("invalid_request", sentenceOf(cause));
      throw new DialFailed(sentenceOf(cause), true);
    });
  const { outcome } = response;
  if (outcome.case === "refusal")
    throw new JoinRefused(outcome.value.code as JoinRefusalCode, outcome.value.message);
  if (outcome.case !== "answer") throw new DialFailed("the cluster's answer cannot be read", true);
  return outcome.value;
}

/** A certificate of the pinned authority's, for our own key, naming what the answer says. */
function checkedAnswer(
  answer: WireAnswer,
  {
    authority,
    request,
    clock,
  }: {
    readonly authority: string;
    readonly request: Omit<JoinRequest, "token">;
    readonly clock: Clock;
  },
): JoinAnswer {
  const { nodeId, clusterId, certificate, masterKey, members } = answer;
  const issued = new X509Certificate(certificate);
  const identity = identityOf(issued);
  if (
    fingerprintOf(answer.authority) !== fingerprintOf(authority) ||
    !issued.verify(new X509Certificate(authority).publicKey) ||
    identity?.nodeId !== nodeId ||
    identity.clusterId !== clusterId
  )
    throw new JoinRefused("invalid_answer", "the cluster answered with a certificate that is not its own");
  if (!isForRequest(issued, request.certificateRequest))
    throw new JoinRefused(
      "invalid_answer",
      "the cluster answered with a certificate for another key than this node's: make a new token and join again",
    );
  const problem = validityProblem(issued, clock.now(), "the new certificate");
  if (problem !== null) throw new JoinRefused("clock_wrong", problem);
  return {
    nodeId,
    clusterId,
    certificate,
    authority,
    masterKey,
    members: members.map(({ id, peerAddress }) => ({ id, peerAddress })),
  };
}
