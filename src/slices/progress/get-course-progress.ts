/** How far one student is in a course: what is read, handed in and locked, module by module, and what comes next. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { markKey, type OwnWork, workOfPerson } from "#slices/assignments/api.ts";
import {
  courseIdField,
  courseName,
  courseTimeZone,
  loadStanding,
  outlineOf,
  roleOf,
  teaches,
} from "#slices/courses/api.ts";
import { excusedIn } from "#slices/grades/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import {
  countsForStudent,
  type Material,
  materialsOfStudent,
  placesOfAssignments,
} from "#slices/materials/api.ts";
import { countOf, nextStepOf } from "./counting.ts";
import { seesProgress } from "./policy.ts";
import { CourseProgress, type ProgressItem, type ProgressModule, studentIdField } from "./schema.ts";
import { operation, type ProgressTables } from "./tables.ts";

type Db = Kysely<ProgressTables>;

/** A student's progress, made anew from what is read and handed in; nothing of it is kept. */
export const getCourseProgress = operation({
  name: "progress.getCourseProgress",
  summary: "Shows how far a student is in a course: what is read, handed in or locked, and what comes next.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    studentId: studentIdField.optional().meta({ description: "Whose; absent: your own." }),
  }),
  output: CourseProgress,
  policy: seesProgress,
  async handle({ input, actor, db, now }) {
    const { courseId } = input;
    const { personId } = personOf(actor);
    const studentId = input.studentId ?? personId;
    if ((await roleOf(db, courseId, studentId)) !== "student")
      throw new Refusal("not_found", "This course has no student with this id.");
    const people = await peopleByIds(db, [studentId]);
    const materials = await materialsOfStudent(db, { courseId, studentId, now });
    const work = await workOfPerson(db, { personId: studentId, courseIds: [courseId], now });
    // Beside a name, those who grade without names learn nothing of what was handed in.
    const isStaff = studentId !== personId && teaches(await loadStanding(db, actor, courseId));
    const isObserver = studentId !== personId && !isStaff;
    const named = work
      .filter(({ hidesNames }) => !hidesNames || !isStaff)
      // That there is a draft is no business of who observes.
      .map((each) => (isObserver && each.state === "draft" ? { ...each, state: "to_do" as const } : each));
    const excused = await excusedIn(db, courseId, studentId);
    const modules = await modulesOf(db, courseId, [
      ...materials.map((material) => placedMaterial(material)),
      ...(await placedWork(db, { courseId, studentId, work: named, excused })),
    ]);
    const items = modules.flatMap((each) => each.items);
    return {
      course: await courseName(db, courseId),
      student: { personId: studentId, name: people.get(studentId)?.name ?? "" },
      timeZone: await courseTimeZone(db, courseId),
      count: countOf(items),
      next: nextStepOf(items, {
        now,
        untilOf: new Map(work.map((each) => [each.assignmentId, each.untilAt])),
      }),
      modules,
      unnamed: work.length - named.length,
    };
  },
});

interface Placed {
  readonly moduleId: string;
  readonly place: number;
  readonly item: ProgressItem;
}

function placedMaterial(material: Material): Placed {
  const { materialId: id, title, locks, myReading } = material;
  const isRead = myReading?.readAt != null;
  const open = myReading === null ? "unread" : "opened";
  return {
    moduleId: material.moduleId ?? "",
    place: material.order,
    item: {
      ...{ kind: "material", id, title },
      state: isRead ? "read" : locks.length > 0 ? "locked" : open,
      isDone: isRead,
      isCounted: countsForStudent(material),
      ...{ locks, dueAt: null, place: myReading?.place ?? null },
    },
  };
}

/** Assignments that are not placed among the materials come last. */
async function placedWork(
  db: Db,
  {
    courseId,
    studentId,
    work,
    excused,
  }: {
    readonly courseId: string;
    readonly studentId: string;
    readonly work: readonly OwnWork[];
    readonly excused: ReadonlySet<string>;
  },
): Promise<Placed[]> {
  const places = await placesOfAssignments(db, courseId);
  return work.map((each) => {
    const { assignmentId: id, title, dueAt } = each;
    const isExcused = excused.has(markKey(id, studentId));
    const isDone = each.receivedAt !== null;
    const found = places.get(id);
    return {
      moduleId: found?.moduleId ?? "",
      place: found?.place ?? Number.MAX_SAFE_INTEGER,
      item: {
        ...{ kind: "assignment", id, title },
        state: isExcused && !isDone ? "excused" : each.state,
        isDone,
        isCounted: !isExcused,
        ...{ locks: [], dueAt, place: null },
      },
    };
  });
}

/** The items by module in the order of the course; what stands in no module comes first, as on the course's page. */
async function modulesOf(
  db: Db,
  courseId: string,
  placed: readonly Placed[],
): Promise<z.input<typeof ProgressModule>[]> {
  const { modules, sections } = await outlineOf(db, courseId, { drafts: false });
  const byModule = Map.groupBy(placed, ({ moduleId }) => moduleId);
  const known = [
    ...modules.map((each) => ({ ...each, section: null as string | null })),
    ...sections.flatMap((section) => section.modules.map((each) => ({ ...each, section: section.title }))),
  ];
  const seen = new Set(known.map(({ moduleId }) => moduleId));
  // An assignment may stand in a module that students do not see; it is theirs to do all the same.
  const loose = placed.filter(({ moduleId }) => !seen.has(moduleId));
  const all = [
    { moduleId: null, title: "", section: null, items: loose },
    ...known.map(({ moduleId, title, section }) => ({
      ...{ moduleId, title, section },
      items: byModule.get(moduleId) ?? [],
    })),
  ];
  return all
    .filter(({ items }) => items.length > 0)
    .map((each) => ({
      ...each,
      items: each.items
        .toSorted((one, other) => one.place - other.place || (one.item.id < other.item.id ? -1 : 1))
        .map(({ item }) => item),
    }));
}
