/** What has happened to links, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

type LinkFacts = { linkId: string; observerId: string; studentId: string };
/** From now on the observer sees how the student is doing. */
export const observerLinked = eventType<LinkFacts>("observer.linked");
/** The observer sees nothing of the student any more. */
export const observerUnlinked = eventType<LinkFacts>("observer.unlinked");
