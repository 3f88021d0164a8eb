/** What the nodes of a simulated cluster are called. */
import type { Member, MemberAbout, NodeId } from "#raft/configuration.ts";

export const clusterId = "5".repeat(32);

export function aboutOf(id: NodeId): MemberAbout {
  return { name: id, peerAddress: `${id}:1`, httpUrl: null, grpcAddress: null };
}

export function voterOf(id: NodeId): Member {
  return { id, role: "voter", about: aboutOf(id) };
}
