/**
 * The cluster's own authority and the certificates of its nodes (ECDSA P-256). A node's certificate names the cluster
 * and the node, not a host: nodes move, and are reached by many names.
 */
import "reflect-metadata";
import { createHash, createPrivateKey, createPublicKey, randomBytes, X509Certificate } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  X509Certificate as X509CertificateText,
} from "@peculiar/x509";
import type { NodeId } from "#raft/configuration.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 24 * 60 * 60 * 1_000;
/** Certificates are valid from well before they are made, so that a machine whose clock runs behind takes them. */
const clockSkewMs = dayMs;
const authorityDays = 3_653;
const nodeDays = 548;

/** The key that signs certificates of one cluster, with its own certificate; PEM both. */
export interface Authority {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A node's proof of who it is. All PEM; the authority's certificate is what other nodes' are checked against. */
export interface NodeCredentials {
  readonly certificate: string;
  readonly privateKey: string;
  readonly authority: string;
}

/** As the browser's types and Node's both have it: the web app's compiler reads this file too. */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

interface KeyPair {
  readonly privateKey: Key;
  readonly publicKey: Key;
}

/** Whom a certificate names. */
export interface NodeIdentity {
  readonly clusterId: string;
  readonly nodeId: NodeId;
}

export async function createAuthority(options: {
  readonly clusterId: string;
  readonly now: number;
}): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: `CN=Lyceum cluster ${options.clusterId}`,
    ...validity(options.now, authorityDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate.rawData, "CERTIFICATE"), privateKey: await privateKeyPem(keys) };
}

/** A new key, which never leaves its node, and the request for a certificate to it. */
export async function createNodeKeyAndRequest(): Promise<{
  readonly privateKey: string;
  readonly certificateRequest: string;
}> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  return { privateKey: await privateKeyPem(keys), certificateRequest: await requestFor(keys) };
}

/** A request for a new certificate to a key that there is already. */
export async function createRequestForKey(privateKey: string): Promise<string> {
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return requestFor({
    privateKey: await importSigningKey(privateKey),
    publicKey: await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]),
  });
}

/** SHA-256 of the key that a request brings, hexadecimal; null for what is no request, or is not signed by its own key. */
export async function keyHashOf(certificateRequest: string): Promise<string | null> {
  try {
    const request = parseRequest(certificateRequest);
    if (!(await request.verify())) return null;
    return createHash("sha256").update(Buffer.from(request.publicKey.rawData)).digest("hex");
  } catch {
    return null;
  }
}

/** Thrown when a request for a certificate is not one, or is not signed by the key that it brings. */
export class CertificateRequestInvalid extends Error {
  override readonly name = "CertificateRequestInvalid";
}

/** A certificate for the key of `certificateRequest`. Whom it names is said here; what the request claims is not read. */
export async function issueNodeCertificate(options: {
  readonly authority: Authority;
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly certificateRequest: string;
  readonly now: number;
  /** For tests; a year and a half when absent. */
  readonly validDays?: number;
}): Promise<string> {
  const { authority, clusterId, nodeId, now } = options;
  const request = parseRequest(options.certificateRequest);
  if (!(await request.verify().catch(() => false)))
    throw new CertificateRequestInvalid(
      "the certificate request is not signed by its own key; make a new one",
    );
  const issuer = new X509CertificateText(authority.certificate);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: `CN=${nodeId}`,
    issuer: issuer.subject,
    ...validity(now, options.validDays ?? nodeDays),
    signingAlgorithm: algorithm,
    publicKey: request.publicKey,
    signingKey: await importSigningKey(authority.privateKey),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([{ type: "url", value: identityUri({ clusterId, nodeId }) }]),
      await SubjectKeyIdentifierExtension.create(request.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return pem(certificate.rawData, "CERTIFICATE");
}

/** Whether a certificate was made for the key of this request. */
export function isForRequest(certificate: X509Certificate, certificateRequest: string): boolean {
  const wanted = Buffer.from(parseRequest(certificateRequest).publicKey.rawData);
  return wanted.equals(certificate.publicKey.export({ type: "spki", format: "der" }));
}

/** Whom a certificate names, or null for one that is not a node's. Says nothing of whether it is to be believed. */
export function identityOf(certificate: X509Certificate): NodeIdentity | null {
  const [, clusterId, nodeId] =
    /^URI:lyceum:\/\/([0-9a-f]{32})\/([0-9a-z-]{1,64})$/.exec(certificate.subjectAltName ?? "") ?? [];
  return clusterId === undefined || nodeId === undefined ? null : { clusterId, nodeId };
}

/** What a join token pins: the SHA-256 of the authority's certificate, hexadecimal. */
export function fingerprintOf(certificate: string | Buffer): string {
  return createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex");
}

/** Whether less than a third of a certificate's time is left. */
export function isRenewalDue(certificate: string, now: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return validToDate.getTime() - now < (validToDate.getTime() - validFromDate.getTime()) / 3;
}

/** Why these credentials are of no use, in a sentence, or null when they are sound. */
export function credentialsProblem(
  credentials: NodeCredentials,
  self: NodeIdentity,
  now: number,
): string | null {
  const own = new X509Certificate(credentials.certificate);
  const authority = new X509Certificate(credentials.authority);
  const identity = identityOf(own);
  if (!own.verify(authority.publicKey))
    return "this node's certificate was not signed by the authority beside it";
  if (!own.checkPrivateKey(createPrivateKey(credentials.privateKey)))
    return "this node's certificate belongs to another private key";
  if (identity?.clusterId !== self.clusterId || identity.nodeId !== self.nodeId)
    return `this node's certificate names ${identity === null ? "no node" : identityUri(identity)}, not ${identityUri(self)}`;
  return validityProblem(own, now, "this node's certificate");
}

/** Says when `now` lies outside a certificate's time, and what to do about it; null when it lies within. */
export function validityProblem(certificate: X509Certificate, now: number, whose: string): string | null {
  if (now < certificate.validFromDate.getTime())
    return `${whose} is not valid before ${certificate.validFromDate.toISOString()}, and this machine's clock says ${new Date(now).toISOString()}: set the clock right`;
  if (now > certificate.validToDate.getTime())
    return `${whose} expired on ${certificate.validToDate.toISOString()}, and this machine's clock says ${new Date(now).toISOString()}: set the clock right, or let the node join again with a new token`;
  return null;
}

function identityUri({ clusterId, nodeId }: NodeIdentity): string {
  return `lyceum://${clusterId}/${nodeId}`;
}

function parseRequest(text: string): Pkcs10CertificateRequest {
  try {
    return new Pkcs10CertificateRequest(text);
  } catch (cause) {
    throw new CertificateRequestInvalid("this is not a certificate request (PKCS#10, PEM)", { cause });
  }
}

async function requestFor(keys: KeyPair): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: "CN=Lyceum node",
    keys,
    signingAlgorithm: algorithm,
  });
  return pem(request.rawData, "CERTIFICATE REQUEST");
}

function importSigningKey(text: string): Promise<Key> {
  const pkcs8 = createPrivateKey(text).export({ type: "pkcs8", format: "der" });
  return crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
}

async function privateKeyPem(keys: KeyPair): Promise<string> {
  return pem(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
}

function pem(raw: ArrayBuffer, tag: string): string {
  return `${PemConverter.encode(raw, tag)}\n`;
}

function validity(now: number, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - clockSkewMs), notAfter: new Date(now + days * dayMs) };
}

/** 126 random bits; the highest ones fixed, since a serial number must be positive and as long as it looks. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString("hex");
}
