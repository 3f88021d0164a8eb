/** How much room the files of courses take, and how much they may. What students hand in is counted and never refused. */
import type { Kysely } from "kysely";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { CourseBytes } from "#kernel/course-life.ts";
import { Refusal } from "#kernel/errors.ts";
import type { Slice } from "#kernel/slice.ts";
import { fileBytes } from "./announcement-files.ts";
import { type CourseStorage, courseBytesDefault } from "./schema.ts";
import type { CoursesTables } from "./tables.ts";

type Db = Kysely<CoursesTables>;
export const defaultsId = "school";

/** What the school lets a course take where nothing else is said for it. */
export async function schoolBytesMax(db: Db): Promise<number> {
  const row = await db
    .selectFrom("course_defaults")
    .select("storage_bytes_max as bytesMax")
    .where("id", "=", defaultsId)
    .executeTakeFirst();
  return row?.bytesMax ?? courseBytesDefault;
}

/** Bytes of each of these courses, added up over the slices. */
export async function bytesOf(
  db: Db,
  slices: readonly Slice[],
  courseIds: readonly string[],
): Promise<ReadonlyMap<string, CourseBytes>> {
  const sums = new Map(courseIds.map((id) => [id, { taught: 0, handedIn: 0 }]));
  if (courseIds.length === 0) return sums;
  for (const { course } of slices)
    for (const [id, bytes] of (await course?.bytes(db as never, courseIds)) ?? []) {
      const before = sums.get(id) ?? { taught: 0, handedIn: 0 };
      sums.set(id, {
        taught: before.taught + bytes.taught,
        handedIn: before.handedIn + bytes.handedIn,
      });
    }
  return sums;
}

export function storageOf(
  course: { readonly id: string; readonly storage_bytes_max: number | null },
  bytes: CourseBytes | undefined,
  schoolMax: number,
): CourseStorage {
  const { taught = 0, handedIn = 0 } = bytes ?? {};
  const bytesMax = course.storage_bytes_max ?? schoolMax;
  return {
    courseId: course.id,
    bytes: taught,
    handedInBytes: handedIn,
    bytesMax,
    bytesLeft: Math.max(0, bytesMax - taught),
    isOwnLimit: course.storage_bytes_max !== null,
  };
}

interface Wanted {
  readonly courseId: string;
  readonly used: number;
  readonly more: number;
}

/** The same for other slices, which say how much of theirs is `used`; what announcements carry is added to it. */
export async function requireRoom(database: Database, wanted: Wanted): Promise<void> {
  const own = (await fileBytes(tablesOf<CoursesTables>(database), [wanted.courseId])).get(wanted.courseId);
  await requireFits(database, { ...wanted, used: wanted.used + (own ?? 0) });
}

/** Refuses `more` bytes in a course whose files take `used` already, where that is beyond its limit. */
export async function requireFits(database: Database, { courseId, used, more }: Wanted): Promise<void> {
  const db = tablesOf<CoursesTables>(database);
  const { storage_bytes_max } = await db
    .selectFrom("courses")
    .select("storage_bytes_max")
    .where("id", "=", courseId)
    .executeTakeFirstOrThrow();
  const bytesMax = storage_bytes_max ?? (await schoolBytesMax(db));
  if (used + more <= bytesMax) return;
  const left = Math.max(0, bytesMax - used);
  throw new Refusal(
    "course_storage_full",
    `This file has ${megabytes(more)}, and the course has room for ${megabytes(left)} more (of ${megabytes(bytesMax)}). Remove something first, or ask an admin for more room.`,
    { kind: "too_large" },
  );
}

/** Refuses `more` bytes of what those who teach put in, where all slices together leave no room for them. */
export async function requireCourseRoom(
  database: Database,
  {
    slices,
    courseId,
    more,
  }: { readonly slices: readonly Slice[]; readonly courseId: string; readonly more: number },
): Promise<void> {
  const bytes = await bytesOf(tablesOf<CoursesTables>(database), slices, [courseId]);
  await requireRoom(database, { courseId, used: bytes.get(courseId)?.taught ?? 0, more });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}
