/** Reading and writing the rows of rubrics, and the levels that marks were given by. */
import type { Kysely } from "kysely";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { cleanLine } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import type { ChosenLevel, CriterionInput, Rubric } from "./grading-schema.ts";
import type { RubricsTable } from "./grading-tables.ts";
import { fromHundredths, toHundredths } from "./points.ts";
import type { Choice, Criterion } from "./rubric.ts";
import type { AssignmentsTables } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

export interface StoredRubric {
  readonly row: RubricsTable;
  readonly criteria: readonly Criterion[];
}

/** The rubric that holds now, and the one that is proposed or being applied. */
export interface RubricsInForce {
  readonly current: StoredRubric | null;
  readonly next: StoredRubric | null;
}

export async function rubricsInForce(db: Db, assignmentId: string): Promise<RubricsInForce> {
  const rows = await db
    .selectFrom("rubrics")
    .selectAll()
    .where("assignment_id", "=", assignmentId)
    .where("state", "!=", "past")
    .execute();
  const find = (...states: RubricsTable["state"][]) => {
    const row = rows.find(({ state }) => states.includes(state));
    return row === undefined ? null : storedRubric(row);
  };
  return { current: find("current"), next: find("proposed", "applying") };
}

/** The rubric that marks are given by at present; null where grading goes by points. */
export async function currentRubric(db: Db, assignmentId: string): Promise<StoredRubric | null> {
  const { current } = await rubricsInForce(db, assignmentId);
  return current === null || current.criteria.length === 0 ? null : current;
}

export function storedRubric(row: RubricsTable): StoredRubric {
  return { row, criteria: JSON.parse(row.criteria) as Criterion[] };
}

/** The highest version of the assignment's rubric that there ever was; 0 before the first. */
export async function latestVersion(db: Db, assignmentId: string): Promise<number> {
  const { version } = await db
    .selectFrom("rubrics")
    .select(({ fn }) => fn.max<number | null>("version").as("version"))
    .where("assignment_id", "=", assignmentId)
    .executeTakeFirstOrThrow();
  return Number(version ?? 0);
}

/** The criteria that were given, with an id for each that is new; refuses ids that the rubric does not hold. */
export function criteriaOf(
  given: readonly CriterionInput[],
  present: readonly Criterion[],
  newId: () => string,
): Criterion[] {
  const usedIds = new Set<string>();
  const once = (id: string, field: string) => {
    if (usedIds.has(id)) throw invalidField(field, "This id stands twice.");
    usedIds.add(id);
    return id;
  };
  return given.map((criterion, at) => {
    const before = present.find(({ criterionId }) => criterionId === criterion.criterionId);
    if (criterion.criterionId !== undefined && before === undefined)
      throw invalidField(
        `criteria.${at}.criterionId`,
        "The rubric has no such criterion; leave it out for a new one.",
      );
    return {
      criterionId: once(criterion.criterionId ?? newId(), `criteria.${at}.criterionId`),
      title: cleanLine(criterion.title),
      description: criterion.description,
      levels: criterion.levels.map((level, levelAt) => {
        const field = `criteria.${at}.levels.${levelAt}.levelId`;
        if (level.levelId !== undefined && !before?.levels.some(({ levelId }) => levelId === level.levelId))
          throw invalidField(field, "The criterion has no such level; leave it out for a new one.");
        return {
          levelId: once(level.levelId ?? newId(), field),
          title: cleanLine(level.title),
          description: level.description,
          hundredths: toHundredths(level.points),
        };
      }),
    };
  });
}

/** The rubric as the wire names it. */
export async function rubricOf(db: Db, { row, criteria }: StoredRubric): Promise<Rubric> {
  const people = await peopleByIds(db, [row.made_by]);
  return {
    assignmentId: row.assignment_id,
    version: row.version,
    state: row.state,
    criteria: criteria.map(({ levels, ...criterion }) => ({
      ...criterion,
      levels: levels.map(({ hundredths, ...level }) => ({ ...level, points: fromHundredths(hundredths) })),
    })),
    pointsMax: fromHundredths(row.points_max_hundredths),
    marks: row.marks,
    marksDone: row.marks_done,
    madeBy: { personId: row.made_by, name: people.get(row.made_by)?.name ?? "" },
    madeAt: row.made_at,
  };
}

/** What a row keeps of the levels that were chosen. */
export interface LeveledRow {
  readonly assignment_id: string;
  readonly levels: string | null;
  readonly rubric_version: number | null;
}

export function choicesOf({ levels }: Pick<LeveledRow, "levels">): Choice[] {
  return levels === null ? [] : (JSON.parse(levels) as Choice[]);
}

export function levelsColumn(choices: readonly Choice[]): string {
  return JSON.stringify(choices);
}

/** Reads the levels of many rows as they were when they were chosen, each rubric once. */
export async function levelReader(
  db: Db,
  rows: readonly LeveledRow[],
): Promise<(row: LeveledRow) => ChosenLevel[]> {
  const keys = new Map(
    rows.flatMap((row) =>
      row.rubric_version === null ? [] : [[`${row.assignment_id} ${row.rubric_version}`, row] as const],
    ),
  );
  const rubrics = new Map<string, readonly Criterion[]>();
  if (keys.size > 0) {
    const found = await db
      .selectFrom("rubrics")
      .selectAll()
      .where("assignment_id", "in", [...new Set([...keys.values()].map((row) => row.assignment_id))])
      .execute();
    for (const row of found)
      if (keys.has(`${row.assignment_id} ${row.version}`))
        rubrics.set(`${row.assignment_id} ${row.version}`, storedRubric(row).criteria);
  }
  return (row) => {
    const criteria = rubrics.get(`${row.assignment_id} ${row.rubric_version}`) ?? [];
    const choices = new Map(choicesOf(row).map((choice) => [choice.criterionId, choice]));
    return criteria.flatMap(({ criterionId, title, levels }) => {
      const choice = choices.get(criterionId);
      const level = levels.find(({ levelId }) => levelId === choice?.levelId);
      if (choice === undefined || level === undefined) return [];
      return {
        criterionId,
        criterion: title,
        levelId: level.levelId,
        level: level.title,
        description: level.description,
        points: fromHundredths(level.hundredths),
        pointsMax: fromHundredths(Math.max(...levels.map(({ hundredths }) => hundredths))),
        note: choice.note,
      };
    });
  };
}

/** Refuses while marks are moving to another rubric: what is given now could miss it. */
export function refuseWhileApplying({ next }: RubricsInForce): void {
  if (next?.row.state === "applying")
    throw new Refusal(
      "rubric_changing",
      `The rubric is being changed: ${next.row.marks_done} of ${next.row.marks} marks are done. Try again in a moment.`,
      { kind: "conflict" },
    );
}
