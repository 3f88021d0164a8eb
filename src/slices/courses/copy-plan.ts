/** What copying a course comes to: everything that was chosen, read on one snapshot. */
import type { CopyChoice, CourseDate, CoursePart } from "#kernel/course-life.ts";
import type { Slice } from "#kernel/slice.ts";

/** One part of one slice, with the rows of the course that go along. */
export interface PlannedPart {
  readonly part: CoursePart;
  readonly rows: readonly unknown[];
}

/** Everything of the course that was chosen. On one snapshot, so that it is the course as it was at one moment. */
export async function planCopy(
  db: unknown,
  source: {
    readonly slices: readonly Slice[];
    readonly courseId: string;
    readonly choices: readonly CopyChoice[];
  },
): Promise<PlannedPart[]> {
  const planned: PlannedPart[] = [];
  for (const { course } of source.slices)
    for (const part of course?.parts ?? [])
      if (source.choices.includes(part.choice))
        planned.push({ part, rows: await part.read({ db: db as never, courseId: source.courseId }) });
  return planned;
}

/** Every date that moves, in the order of the dates. */
export function datesOf(plan: readonly PlannedPart[]): CourseDate[] {
  return plan
    .flatMap(({ part, rows }) => rows.flatMap((row) => part.dates(row as never)))
    .sort((one, other) => one.at - other.at);
}

/** The ids of what is copied, in the order in which the new ones are made, so that lists by id keep their order. */
export function idsOf(plan: readonly PlannedPart[]): string[] {
  return plan.flatMap(({ part, rows }) => rows.flatMap((row) => part.idOf(row as never) ?? []));
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** `text` with each id that `newIds` knows exchanged: links within the course lead into the copy. */
export function relinked(text: string, newIds: ReadonlyMap<string, string>): string {
  return text.replaceAll(uuid, (id) => newIds.get(id) ?? id);
}
