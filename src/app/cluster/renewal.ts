/**
 * Renews this node's certificate long before it ends. Every node has what that takes: the authority's sealed key in its
 * copy of the store, and the master key in its folder.
 */
import type { Clock } from "#base/clock.ts";
import { createRequestForKey, isRenewalDue, type NodeCredentials } from "#engines/peer/certificates.ts";
import { saveCertificate } from "#engines/peer/credentials-folder.ts";
import type { Log } from "#kernel/kernel.ts";
import type { ClusterAdmission } from "#kernel/services.ts";

const lookEveryMs = 12 * 3_600_000;
const retryMs = 600_000;

export interface RenewalParts {
  readonly nodeId: string;
  readonly folder: string;
  readonly credentials: NodeCredentials;
  readonly admission: ClusterAdmission;
  /** The authority's key as this node's store has it; null before it has come here. */
  readonly sealedAuthority: () => Promise<string | null>;
  /** Shows the new certificate from now on. */
  readonly use: (credentials: NodeCredentials) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks now and then whether it is time; the returned function ends that. */
export function keepCertificateFresh(parts: RenewalParts): () => void {
  const { clock, log } = parts;
  let { credentials } = parts;
  let cancel = () => {};
  const look = async (): Promise<void> => {
    let nextMs = lookEveryMs;
    try {
      if (isRenewalDue(credentials.certificate, clock.now())) {
        const renewed = await renew(parts, credentials);
        if (renewed === null) nextMs = retryMs;
        else credentials = renewed;
      }
    } catch (error) {
      nextMs = retryMs;
      log("error", "this node's certificate could not be renewed", {
        error: error instanceof Error ? error.message : String(error),
      });
    }
    cancel = clock.after(nextMs, () => void look());
  };
  cancel = clock.after(0, () => void look());
  return () => cancel();
}

async function renew(parts: RenewalParts, before: NodeCredentials): Promise<NodeCredentials | null> {
  const sealedAuthority = await parts.sealedAuthority();
  if (sealedAuthority === null) return null;
  const certificate = await parts.admission.issue({
    sealedAuthority,
    certificateRequest: await createRequestForKey(before.privateKey),
    nodeId: parts.nodeId,
    now: parts.clock.now(),
  });
  const credentials = { ...before, certificate };
  await saveCertificate(parts.folder, certificate);
  parts.use(credentials);
  parts.log("info", "this node's certificate was renewed");
  return credentials;
}
