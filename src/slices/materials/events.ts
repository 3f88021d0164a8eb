/** What has happened to materials, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

type MaterialFacts = { materialId: string; courseId: string };
export const materialAdded = eventType<MaterialFacts>("material.added");
export const materialUpdated = eventType<MaterialFacts>("material.updated");
/** Students see it from now on: with its addition, or when a draft is published. */
export const materialPublished = eventType<MaterialFacts>("material.published");
/** Students do not see it any more; it is a draft again. */
export const materialUnpublished = eventType<MaterialFacts>("material.unpublished");
export const materialRemoved = eventType<MaterialFacts>("material.removed");
export const materialRestored = eventType<MaterialFacts>("material.restored");
