/** Where a node keeps who it is: three PEM files and a note, readable by their owner only, each replaced in one step. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { NodeCredentials, NodeIdentity } from "./certificates.ts";

const names = { certificate: "node.crt", privateKey: "node.key", authority: "authority.crt" } as const;
const noteName = "node.json";

const remedy =
  "put it back from a copy, or take this node out with lyceum cluster remove, and join again with an empty folder";

export interface StoredIdentity {
  readonly identity: NodeIdentity;
  readonly credentials: NodeCredentials;
}

/** What `folder` holds, or null when no node was set up there. A half of it is an error: joining writes the note last. */
export async function loadIdentity(folder: string): Promise<StoredIdentity | null> {
  const note = await textAt(join(folder, noteName));
  if (note === null) return null;
  const [certificate, privateKey, authority] = await Promise.all(
    [names.certificate, names.privateKey, names.authority].map((name) => textAt(join(folder, name))),
  );
  if (certificate == null || privateKey == null || authority == null)
    throw new Error(`${folder} lacks one of ${Object.values(names).join(", ")}: ${remedy}`);
  requireSound(join(folder, names.certificate), () => new X509Certificate(certificate));
  requireSound(join(folder, names.authority), () => new X509Certificate(authority));
  requireSound(join(folder, names.privateKey), () => createPrivateKey(privateKey));
  return { identity: parseNote(note, folder), credentials: { certificate, privateKey, authority } };
}

/** Keeps an identity: durable when this resolves. */
export async function saveIdentity(folder: string, stored: StoredIdentity): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await saveSecret(join(folder, names.privateKey), stored.credentials.privateKey);
  await saveSecret(join(folder, names.authority), stored.credentials.authority);
  await saveCertificate(folder, stored.credentials.certificate);
  await saveSecret(join(folder, noteName), `${JSON.stringify(stored.identity)}\n`);
}

/** Keeps a renewed certificate for the same key. */
export function saveCertificate(folder: string, certificate: string): Promise<void> {
  return saveSecret(join(folder, names.certificate), certificate);
}

/** A file for its owner only: written aside, synced, put in place. */
export async function saveSecret(path: string, text: string): Promise<void> {
  const aside = `${path}.new`;
  const file = await open(aside, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(aside, 0o600);
  await rename(aside, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** OpenSSL's words for a damaged file name neither the file nor what to do. */
function requireSound(path: string, read: () => unknown): void {
  try {
    read();
  } catch (cause) {
    throw new Error(`${path} is damaged: ${remedy}`, { cause });
  }
}

function parseNote(text: string, folder: string): NodeIdentity {
  try {
    const { clusterId, nodeId } = JSON.parse(text) as Record<string, unknown>;
    if (typeof clusterId === "string" && typeof nodeId === "string") return { clusterId, nodeId };
  } catch {
    // Said below.
  }
  throw new Error(`${join(folder, noteName)} is damaged: it must name a clusterId and a nodeId`);
}

async function textAt(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
