/** Deleting a course for good, slice by slice in small steps: the last slice first, since it refers to those before. */
import type { Services } from "#kernel/services.ts";
import type { Steps } from "#kernel/step.ts";
import { courseDeleted } from "./events.ts";
import type { CoursesTables } from "./tables.ts";

/** Does one step of it; whether there is more to do. The course itself goes last. */
export async function purgeStep(
  { write, services }: Pick<Steps<CoursesTables>, "write"> & { readonly services: Pick<Services, "slices"> },
  courseId: string,
): Promise<boolean> {
  for (const { course } of [...services.slices].reverse()) {
    if (course === undefined) continue;
    if (await write((step) => course.purge(step as never, courseId))) return true;
  }
  await write(async ({ tx, emit }) => {
    await tx.deleteFrom("courses").where("id", "=", courseId).execute();
    emit(courseDeleted, { courseId });
  });
  return false;
}
