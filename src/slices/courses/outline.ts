/** The outline of a course: sections, which are headings, and the modules under them, each in the order of the course. */
import type { Kysely } from "kysely";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { CourseModule, CourseOutline, CourseSection } from "./schema.ts";
import type { CourseModulesTable, CourseSectionsTable, CoursesTables } from "./tables.ts";

type Db = Kysely<CoursesTables>;

/**
 * The outline as those who teach see it, or without drafts as everybody else does. A module in a draft section is a
 * draft with it. Modules that stand under no heading come first.
 */
export async function outlineOf(
  database: Database,
  courseId: string,
  { drafts }: { readonly drafts: boolean },
): Promise<CourseOutline> {
  const db = tablesOf<CoursesTables>(database);
  const sectionRows = await db
    .selectFrom("course_sections")
    .selectAll()
    .where("course_id", "=", courseId)
    .orderBy("position")
    .orderBy("id")
    .execute();
  const moduleRows = await db
    .selectFrom("course_modules")
    .selectAll()
    .where("course_id", "=", courseId)
    .where("removed_at", "is", null)
    .orderBy("position")
    .orderBy("id")
    .execute();
  const isSeen = ({ published }: { readonly published: 0 | 1 }) => drafts || published === 1;
  const modulesIn = (sectionId: string | null) =>
    moduleRows.filter((row) => row.section_id === sectionId && isSeen(row)).map(moduleOfRow);
  return {
    courseId,
    modules: modulesIn(null),
    sections: sectionRows.filter(isSeen).map((row) => ({ ...sectionOfRow(row), modules: modulesIn(row.id) })),
  };
}

/** The modules that were removed, the latest first. */
export async function removedModules(database: Database, courseId: string): Promise<CourseModule[]> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("course_modules")
    .selectAll()
    .where("course_id", "=", courseId)
    .where("removed_at", "is not", null)
    .orderBy("removed_at", "desc")
    .orderBy("id", "desc")
    .execute();
  return rows.map(moduleOfRow);
}

/** What others need to know of a module. */
export interface ModulePlace {
  readonly moduleId: string;
  readonly courseId: string;
  readonly title: string;
  /** Whether students see it: it is published, under a published heading, and was not removed. */
  readonly isSeen: boolean;
  readonly isRemoved: boolean;
}

/** The module of this id, removed or not; null when there is none. */
export async function moduleOf(database: Database, moduleId: string): Promise<ModulePlace | null> {
  const db = tablesOf<CoursesTables>(database);
  const row = await db
    .selectFrom("course_modules")
    .leftJoin("course_sections", "course_sections.id", "course_modules.section_id")
    .select([
      "course_modules.course_id as courseId",
      "course_modules.title as title",
      "course_modules.published as published",
      "course_modules.removed_at as removedAt",
      "course_sections.published as sectionPublished",
    ])
    .where("course_modules.id", "=", moduleId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { courseId, title, removedAt } = row;
  const isRemoved = removedAt !== null;
  const isSeen = !isRemoved && row.published === 1 && row.sectionPublished !== 0;
  return { moduleId, courseId, title, isSeen, isRemoved };
}

export function sectionRow(db: Db, sectionId: string): Promise<CourseSectionsTable> {
  return db.selectFrom("course_sections").selectAll().where("id", "=", sectionId).executeTakeFirstOrThrow();
}

export function moduleRow(db: Db, moduleId: string): Promise<CourseModulesTable> {
  return db.selectFrom("course_modules").selectAll().where("id", "=", moduleId).executeTakeFirstOrThrow();
}

export function sectionOfRow(row: CourseSectionsTable): CourseSection {
  return {
    sectionId: row.id,
    courseId: row.course_id,
    title: row.title,
    state: row.published === 1 ? "published" : "draft",
    version: row.version,
  };
}

export function moduleOfRow(row: CourseModulesTable): CourseModule {
  return {
    moduleId: row.id,
    courseId: row.course_id,
    sectionId: row.section_id,
    title: row.title,
    summary: row.summary,
    state: row.published === 1 ? "published" : "draft",
    version: row.version,
    removedAt: row.removed_at,
  };
}
