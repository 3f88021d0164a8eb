/** How a membership stands in the payload of a `configuration` entry: JSON with a version, never changed once written. */
import type { Configuration, Member, MemberAbout } from "./configuration.ts";

const configurationVersion = 1;

export function encodeConfiguration(configuration: Configuration): Uint8Array {
  const members = configuration.members.map(({ id, role, about }) => ({
    id,
    role,
    about: {
      name: about.name,
      peerAddress: about.peerAddress,
      httpUrl: about.httpUrl,
      grpcAddress: about.grpcAddress,
    },
  }));
  return new TextEncoder().encode(JSON.stringify({ version: configurationVersion, members }));
}

/** Throws when the bytes are no membership, or one that a newer version of Lyceum wrote. */
export function decodeConfiguration(payload: Uint8Array): Configuration {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
  const value = record(JSON.parse(text), "a membership");
  const version = value.version;
  if (typeof version === "number" && version > configurationVersion)
    throw new Error(
      `The membership in the log has version ${version}; this program knows up to ${configurationVersion}. Upgrade this node.`,
    );
  if (version !== configurationVersion) throw new Error(`A membership of the unknown version ${version}.`);
  if (!Array.isArray(value.members)) throw new Error("A membership without members.");
  const members = value.members.map(decodeMember);
  if (new Set(members.map((member) => member.id)).size !== members.length)
    throw new Error("A membership names one node twice.");
  return { members };
}

function decodeMember(value: unknown): Member {
  const member = record(value, "a member");
  if (member.role !== "voter" && member.role !== "learner")
    throw new Error(`A member of the unknown role ${JSON.stringify(member.role)}.`);
  return { id: text(member.id, "id"), role: member.role, about: decodeAbout(member.about) };
}

function decodeAbout(value: unknown): MemberAbout {
  const about = record(value, "what a member says of itself");
  return {
    name: text(about.name, "name"),
    peerAddress: text(about.peerAddress, "peerAddress"),
    httpUrl: about.httpUrl === null ? null : text(about.httpUrl, "httpUrl"),
    grpcAddress: about.grpcAddress === null ? null : text(about.grpcAddress, "grpcAddress"),
  };
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`Expected ${what}, found ${JSON.stringify(value)}.`);
  return Object.fromEntries(Object.entries(value));
}

function text(value: unknown, name: string): string {
  if (typeof value !== "string") throw new Error(`A member's ${name} is no text: ${JSON.stringify(value)}.`);
  return value;
}
