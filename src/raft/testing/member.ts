/** Members for tests, who are reached nowhere. */
import type { Member, NodeId } from "../configuration.ts";

export function member(id: NodeId, role: Member["role"]): Member {
  return { id, role, about: { name: id, peerAddress: `${id}:1`, httpUrl: null, grpcAddress: null } };
}
