import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  type Authority,
  createAuthority,
  createNodeKeyAndRequest,
  issueNodeCertificate,
} from "#engines/peer/certificates.ts";
import { saveIdentity } from "#engines/peer/credentials-folder.ts";
import { clusterFindings } from "./folder-findings.ts";

const now = Date.UTC(2026, 10, 1);
const dayMs = 86_400_000;
const identity = { clusterId: "c".repeat(32), nodeId: "00000000000a" };

let folder: string;
let authority: Authority;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lyceum-findings-"));
  authority = await createAuthority({ clusterId: identity.clusterId, now });
});
after(() => rm(folder, { recursive: true, force: true }));

async function folderOf(name: string, nodeId = identity.nodeId): Promise<string> {
  const { privateKey, certificateRequest } = await createNodeKeyAndRequest();
  const certificate = await issueNodeCertificate({
    ...{ authority, clusterId: identity.clusterId, nodeId, certificateRequest, now },
    validDays: 100,
  });
  const path = join(folder, name);
  await saveIdentity(path, {
    identity,
    credentials: { certificate, privateKey, authority: authority.certificate },
  });
  return path;
}

async function told(path: string, at = now): Promise<string[]> {
  const findings = await clusterFindings(path, at);
  return findings.map(({ level, message }) => `${level}: ${message}`);
}

test("a sound folder says who the node is and how long its certificate is good", async () => {
  const path = await folderOf("sound");
  assert.deepEqual(await told(path), [
    `ok: This is the node 00000000000a of the cluster ${identity.clusterId}.`,
    "ok: This node's certificate is good for 100 days more.",
  ]);
  assert.match((await told(path, now + 70 * dayMs)).join("\n"), /^warn: .*good for 30 days more; a running/m);
  assert.match((await told(path, now + 101 * dayMs)).join("\n"), /^error: The other nodes .* expired on/m);
  assert.match(
    (await told(path, now - 3 * dayMs)).join("\n"),
    /^error: .* not valid before .* set the clock/m,
  );
});

test("a certificate of another node's, a missing file, an open key and a half-done join are named", async () => {
  assert.match((await told(await folderOf("other", "00000000000b"))).join("\n"), /^error: .* names lyceum:/m);
  const lacking = await folderOf("lacking");
  await rm(join(lacking, "node.key"));
  assert.match((await told(lacking)).join("\n"), /^error: .* lacks one of/);
  const open = await folderOf("open");
  await chmod(join(open, "node.key"), 0o644);
  assert.match((await told(open)).join("\n"), /^error: Other accounts .* chmod go-rwx .*node\.key$/m);
  const half = join(folder, "half");
  await mkdir(half);
  await writeFile(join(half, "joining.json"), "{}");
  assert.match((await told(half)).join("\n"), /^warn: A join was begun and not finished/);
});

test("a node that is in no cluster is not asked for anything", async () => {
  assert.deepEqual(await told(join(folder, "nowhere")), []);
});
