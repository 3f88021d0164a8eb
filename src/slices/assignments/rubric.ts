/**
 * Rubrics: criteria, each with levels that give points. The mark is a pure function of the levels that were chosen, so
 * that a changed rubric says for every mark what becomes of it before anything is changed.
 */
import { invalidField, Refusal } from "#kernel/errors.ts";
import { fromHundredths } from "./points.ts";

export interface Level {
  readonly levelId: string;
  readonly title: string;
  readonly description: string;
  readonly hundredths: number;
}

export interface Criterion {
  readonly criterionId: string;
  readonly title: string;
  readonly description: string;
  readonly levels: readonly Level[];
}

/** The level that a grader chose for a criterion, with what they said about it. */
export interface Choice {
  readonly criterionId: string;
  readonly levelId: string;
  readonly note: string;
}

/** What becomes of a mark when the rubric changes. */
export type Move =
  | { readonly outcome: "stays" | "moves"; readonly hundredths: number }
  /** A level that was chosen is gone, or a criterion is new: somebody has to look again. */
  | { readonly outcome: "regrade"; readonly hundredths: null };

/** The most points that the criteria give together. */
export function bestOf(criteria: readonly Criterion[]): number {
  return criteria.reduce((sum, { levels }) => sum + Math.max(...levels.map((level) => level.hundredths)), 0);
}

/** Refuses a rubric in which something stands twice, or whose best levels do not give the assignment's points. */
export function requireSound(criteria: readonly Criterion[], hundredthsMax: number): void {
  refuseTwice(criteria, "criteria", "criterion", ({ title }) => title);
  criteria.forEach(({ levels }, at) => {
    refuseTwice(levels, `criteria.${at}.levels`, "level of this criterion", ({ title }) => title);
    refuseTwice(levels, `criteria.${at}.levels`, "level of this criterion", ({ hundredths }) =>
      String(fromHundredths(hundredths)),
    );
  });
  const best = bestOf(criteria);
  if (criteria.length > 0 && best !== hundredthsMax)
    throw new Refusal(
      "rubric_sum",
      `The best levels give ${fromHundredths(best)} points together; the assignment gives ${fromHundredths(hundredthsMax)}. Change a level, or let the assignment take the rubric's points.`,
      { kind: "failed_precondition" },
    );
}

function refuseTwice<Each>(
  list: readonly Each[],
  field: string,
  what: string,
  keyOf: (each: Each) => string,
): void {
  const seen = new Set<string>();
  list.forEach((each, at) => {
    const key = keyOf(each).normalize("NFC").toLowerCase();
    if (seen.has(key)) throw invalidField(`${field}.${at}`, `Another ${what} has “${keyOf(each)}” already.`);
    seen.add(key);
  });
}

/** The points for these choices; refuses what the rubric does not hold, and an incomplete or double choice. */
export function pointsOfChoices(criteria: readonly Criterion[], choices: readonly Choice[]): number {
  const byCriterion = new Map<string, Choice>();
  choices.forEach((choice, at) => {
    const criterion = criteria.find(({ criterionId }) => criterionId === choice.criterionId);
    if (criterion === undefined)
      throw invalidField(`levels.${at}.criterionId`, "The rubric has no such criterion.");
    if (byCriterion.has(choice.criterionId))
      throw invalidField(`levels.${at}.criterionId`, `“${criterion.title}” has two levels; choose one.`);
    if (!criterion.levels.some(({ levelId }) => levelId === choice.levelId))
      throw invalidField(`levels.${at}.levelId`, `“${criterion.title}” has no such level.`);
    byCriterion.set(choice.criterionId, choice);
  });
  const open = criteria.filter(({ criterionId }) => !byCriterion.has(criterionId));
  if (open.length > 0)
    throw invalidField(
      "levels",
      `No level is chosen for ${open.map(({ title }) => `“${title}”`).join(", ")}.`,
    );
  return sumOf(criteria, byCriterion) ?? 0;
}

/** What becomes of a mark of `hundredths` that was given by `choices`, under other criteria. */
export function moveMark(
  criteria: readonly Criterion[],
  mark: { readonly choices: readonly Choice[]; readonly hundredths: number },
): Move {
  const byCriterion = new Map(mark.choices.map((choice) => [choice.criterionId, choice]));
  const hundredths = sumOf(criteria, byCriterion);
  if (hundredths === null) return { outcome: "regrade", hundredths };
  return { outcome: hundredths === mark.hundredths ? "stays" : "moves", hundredths };
}

/** The sum of the chosen levels; null where a criterion has none that is still there. */
function sumOf(criteria: readonly Criterion[], chosen: ReadonlyMap<string, Choice>): number | null {
  if (criteria.length === 0) return null;
  let sum = 0;
  for (const { criterionId, levels } of criteria) {
    const level = levels.find(({ levelId }) => levelId === chosen.get(criterionId)?.levelId);
    if (level === undefined) return null;
    sum += level.hundredths;
  }
  return sum;
}
