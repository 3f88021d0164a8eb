/** What has happened to materials, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

type MaterialFacts = { materialId: string; courseId: string };
export const materialAdded = eventType<MaterialFacts>("material.added");
/** Its title, content, place or rules are others than before. */
export const materialUpdated = eventType<MaterialFacts>("material.updated");
/** It is no draft any more: with its addition, by hand, or by its date. */
export const materialPublished = eventType<MaterialFacts>("material.published");
/** Students do not see it any more; it is a draft again. */
export const materialUnpublished = eventType<MaterialFacts>("material.unpublished");
/** Once for each time that it becomes open by date: published, and its first day has come. For notices. */
export const materialReleased = eventType<MaterialFacts>("material.released");
export const materialRemoved = eventType<MaterialFacts>("material.removed");
export const materialRestored = eventType<MaterialFacts>("material.restored");
/** A student has read it to the end, or said so. */
export const materialRead = eventType<MaterialFacts & { personId: string }>("material.read");
