/** What `lyceum doctor` sees of a cluster in a node's own folder: who it is, and how long its certificate is good. */
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { credentialsProblem, isRenewalDue } from "#engines/peer/certificates.ts";
import { loadIdentity } from "#engines/peer/credentials-folder.ts";
import type { Finding } from "../finding.ts";

const dayMs = 86_400_000;

/** Looks over the folder of the cluster; finds nothing where the node is in none. */
export async function clusterFindings(folder: string, now: number): Promise<Finding[]> {
  if (!existsSync(folder)) return [];
  try {
    const stored = await loadIdentity(folder);
    if (stored === null)
      return [
        {
          level: "warn",
          message: `A join was begun and not finished in ${folder}: give lyceum cluster join again.`,
        },
      ];
    const { identity, credentials } = stored;
    return [
      {
        level: "ok",
        message: `This is the node ${identity.nodeId} of the cluster ${identity.clusterId}.`,
      },
      certificateFinding(credentialsProblem(credentials, identity, now), credentials.certificate, now),
      ...(await openToOthers(folder)),
    ];
  } catch (error) {
    return [{ level: "error", message: `${error instanceof Error ? error.message : String(error)}.` }];
  }
}

function certificateFinding(problem: string | null, certificate: string, now: number): Finding {
  if (problem !== null)
    return { level: "error", message: `The other nodes will not let this one in: ${problem}.` };
  const days = Math.floor((new X509Certificate(certificate).validToDate.getTime() - now) / dayMs);
  return isRenewalDue(certificate, now)
    ? {
        level: "warn",
        message: `This node's certificate is good for ${days} days more; a running node renews it by itself, so see that this one runs.`,
      }
    : { level: "ok", message: `This node's certificate is good for ${days} days more.` };
}

async function openToOthers(folder: string): Promise<Finding[]> {
  if (process.platform === "win32") return [];
  const files = [folder, ...(await readdir(folder)).map((name) => join(folder, name))];
  const findings: Finding[] = [];
  for (const file of files)
    if (((await stat(file)).mode & 0o077) !== 0)
      findings.push({
        level: "error",
        message: `Other accounts of this machine can read ${file}: chmod go-rwx ${file}`,
      });
  return findings;
}
