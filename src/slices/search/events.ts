/** What happens to the index, for every node to follow. */
import { eventType } from "#kernel/event.ts";

/** An admin wants the index built anew: at one node, or at every one. */
export const indexRebuildAsked = eventType<{ nodeId: string | null }>("search_index.rebuild_asked");
