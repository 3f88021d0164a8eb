/** What follows for a row, and for the feed, when its dates or its publication change or one of its dates has come. */
import type { CommandContext } from "#kernel/operation.ts";
import { materialPublished, materialReleased, materialUnpublished } from "./events.ts";
import { datesOf } from "./materials.ts";
import { type Dates, isReleasedAt, releaseDueAt, stateAt } from "./release.ts";
import type { MaterialsTable, MaterialsTables } from "./tables.ts";

type PublicationColumns = Pick<
  MaterialsTable,
  "published" | "publish_at" | "available_from" | "available_until" | "release_due_at" | "released_at"
>;

export interface Publication {
  readonly changes: PublicationColumns;
  readonly isPublishedNow: boolean;
  readonly isUnpublishedNow: boolean;
  readonly isReleasedNow: boolean;
}

/** The columns of `row` for these dates at this moment, and what has just become of it. */
export function publicationOf(row: PublicationColumns, dates: Dates, now: number): Publication {
  const published = stateAt(dates, now) === "published";
  const settled = { ...dates, published, publishAt: published ? null : dates.publishAt };
  const released = isReleasedAt(settled, now);
  // Rows from before there were dates were released when they were published, and nothing is due for them.
  const wasReleased =
    row.released_at !== null || (row.release_due_at === null && isReleasedAt(datesOf(row), now));
  return {
    changes: {
      published: published ? 1 : 0,
      publish_at: settled.publishAt,
      available_from: dates.availableFrom,
      available_until: dates.availableUntil,
      release_due_at: releaseDueAt(settled, released, now),
      released_at: released ? (row.released_at ?? now) : null,
    },
    isPublishedNow: published && row.published === 0,
    isUnpublishedNow: !published && row.published === 1,
    isReleasedNow: released && !wasReleased,
  };
}

/** Says in the feed what has become of a material. */
export function sayPublication(
  emit: CommandContext<MaterialsTables, unknown, unknown>["emit"],
  row: Pick<MaterialsTable, "id" | "course_id">,
  publication: Publication,
): void {
  const facts = { materialId: row.id, courseId: row.course_id };
  if (publication.isPublishedNow) emit(materialPublished, facts);
  if (publication.isUnpublishedNow) emit(materialUnpublished, facts);
  if (publication.isReleasedNow) emit(materialReleased, facts);
}
