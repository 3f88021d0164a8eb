/**
 * The key of the cluster's authority: it lets nodes in, so it lies in the store, where every leader has it, locked under
 * the master key, so that who has the store or a backup of it has nothing.
 */
import { hkdfSync } from "node:crypto";
import type { Random } from "#base/random.ts";
import {
  type Authority,
  fingerprintOf,
  issueNodeCertificate,
  keyHashOf,
} from "#engines/peer/certificates.ts";
import type { ClusterAdmission } from "#kernel/services.ts";
import { gcmOpen, gcmSeal, ivBytes } from "#kernel/tokens-jwe.ts";

const keyBytes = 32;
const format = "lya1";

export interface AuthorityKeys {
  readonly masterKey: Uint8Array;
  readonly clusterId: string;
}

/** The authority, locked; only who has the master key of the same cluster can open it. */
export function sealAuthority(
  authority: Authority,
  { masterKey, clusterId }: AuthorityKeys,
  random: Random,
): string {
  const iv = random.bytes(ivBytes);
  const text = Buffer.from(JSON.stringify(authority));
  const { ciphertext, tag } = gcmSeal(lockKeyOf(masterKey), iv, Buffer.from(clusterId), text);
  return [format, iv, ciphertext, tag]
    .map((part) => (typeof part === "string" ? part : Buffer.from(part).toString("base64url")))
    .join(".");
}

/** Throws when the master key is another one than it was locked under. */
export function openAuthority(sealed: string, { masterKey, clusterId }: AuthorityKeys): Authority {
  const [version, ...parts] = sealed.split(".");
  const [iv, ciphertext, tag] = parts.map((part) => Buffer.from(part, "base64url"));
  const text =
    version !== format || iv === undefined || ciphertext === undefined || tag === undefined
      ? null
      : gcmOpen(lockKeyOf(masterKey), iv, Buffer.from(clusterId), { ciphertext, tag });
  if (text === null)
    throw new Error(
      "the authority of the cluster cannot be unlocked: the master key is not the one that the cluster was made with",
    );
  return JSON.parse(Buffer.from(text).toString()) as Authority;
}

/** What the kernel needs to let nodes in, at a node that has the master key. */
export function clusterAdmission(keys: AuthorityKeys, authorityCertificate: string): ClusterAdmission {
  return {
    authority: authorityCertificate,
    fingerprint: fingerprintOf(authorityCertificate),
    keyHashOf,
    issue: ({ sealedAuthority, certificateRequest, nodeId, now }) =>
      issueNodeCertificate({
        authority: openAuthority(sealedAuthority, keys),
        clusterId: keys.clusterId,
        certificateRequest,
        nodeId,
        now,
      }),
    masterKey: () => Buffer.from(keys.masterKey).toString("base64"),
  };
}

function lockKeyOf(masterKey: Uint8Array): Uint8Array {
  return new Uint8Array(
    hkdfSync("sha256", masterKey, new Uint8Array(0), "lyceum cluster authority 1", keyBytes),
  );
}
