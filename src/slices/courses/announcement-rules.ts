/** What holds for every announcement, whoever writes or changes it. */
import type { Kysely } from "kysely";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { pinnedMax, scheduledMsMax } from "./announcement-schema.ts";
import type { CoursesTables } from "./tables.ts";

/** Refuses a time to post that has passed, or lies too far ahead to be meant. */
export function requireScheduled(publishAt: number, now: number): void {
  if (publishAt <= now)
    throw invalidField("publishAt", "This time has passed. Choose a later one, or post it now.");
  if (publishAt > now + scheduledMsMax)
    throw invalidField("publishAt", "This is more than two years ahead. Choose an earlier time.");
}

/** Refuses one more pinned announcement where there are as many as the top of a list has room for. */
export async function requirePinnable(tx: Kysely<CoursesTables>, courseId: string): Promise<void> {
  const { pinned } = await tx
    .selectFrom("announcements")
    .select((each) => each.fn.countAll<number>().as("pinned"))
    .where("course_id", "=", courseId)
    .where("pinned", "=", 1)
    .where("removed_at", "is", null)
    .executeTakeFirstOrThrow();
  if (Number(pinned) >= pinnedMax)
    throw new Refusal(
      "too_many_pinned",
      `A course has up to ${pinnedMax} pinned announcements. Unpin one first.`,
    );
}
