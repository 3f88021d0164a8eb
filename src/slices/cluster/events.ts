/** What happens to the cluster, for whoever follows the feed. */
import { eventType } from "#kernel/event.ts";

/** A machine was let in; it catches up and then takes part. */
export const nodeJoined = eventType<{ nodeId: string }>("node.joined");
/** A node was taken out for good. */
export const nodeRemoved = eventType<{ nodeId: string }>("node.removed");
