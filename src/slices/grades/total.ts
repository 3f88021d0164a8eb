/**
 * What a course's marks come to: a pure function from a student's cells to a total that can be explained line by line. Points
 * are whole hundredths and percentages whole hundredths of a percent, so that the same marks give the same total everywhere.
 */
import type { MissingPolicy, TotalMethod } from "./schema.ts";

export interface CategoryRule {
  readonly categoryId: string;
  /** Hundredths of a percent of the course. */
  readonly weight: number;
  /** How many of the lowest cells do not count. */
  readonly dropLowest: number;
}

/** One student's cell in one column. */
export interface Cell {
  readonly columnId: string;
  readonly categoryId: string | null;
  readonly hundredthsMax: number;
  /** Null: no mark yet. */
  readonly hundredths: number | null;
  readonly isExcused: boolean;
  /** It is past its date, and there is nothing to mark. */
  readonly isMissing: boolean;
}

export interface Rules {
  readonly method: TotalMethod;
  readonly missing: MissingPolicy;
  readonly categories: readonly CategoryRule[];
}

/** Why a cell counts or does not. */
export type CellFate =
  | "counted"
  | "dropped"
  | "excused"
  | "unmarked"
  | "missing_ignored"
  | "missing_counted"
  | "weightless";

export interface CategoryTotal {
  readonly categoryId: string | null;
  /** What its cells that count come to. */
  readonly hundredths: number;
  readonly hundredthsMax: number;
  /** Null while nothing in it counts. */
  readonly percent: number | null;
  /** What part of the total it is, of 10,000; weights are spread over the categories in which something counts. */
  readonly share: number;
}

export interface Total {
  /** Hundredths of a percent; null while nothing counts. */
  readonly percent: number | null;
  readonly categories: readonly CategoryTotal[];
  readonly fates: ReadonlyMap<string, CellFate>;
}

const whole = 10_000;

/** The total of one student. */
export function totalOf(rules: Rules, cells: readonly Cell[]): Total {
  const known = new Map(rules.categories.map((category) => [category.categoryId, category]));
  const groups = Map.groupBy(cells, ({ categoryId }) =>
    categoryId !== null && known.has(categoryId) ? categoryId : null,
  );
  const fates = new Map<string, CellFate>();
  const sums = [...rules.categories.map(({ categoryId }) => categoryId), null].flatMap((categoryId) => {
    const group = groups.get(categoryId);
    if (group === undefined) return [];
    return [sumOf(rules, categoryId === null ? undefined : known.get(categoryId), group, fates)];
  });
  const weighed = rules.method === "weighted" ? byWeight(sums, known, fates) : byPoints(sums);
  return { ...weighed, fates };
}

interface Sum {
  readonly categoryId: string | null;
  readonly hundredths: number;
  readonly hundredthsMax: number;
  readonly counted: readonly string[];
}

/** Adds up what counts in one category, and says of each cell what becomes of it. */
function sumOf(
  { missing }: Rules,
  category: CategoryRule | undefined,
  cells: readonly Cell[],
  fates: Map<string, CellFate>,
): Sum {
  const counting: { readonly cell: Cell; readonly hundredths: number }[] = [];
  for (const cell of cells) {
    const fate = fateOf(cell, missing);
    fates.set(cell.columnId, fate);
    if (fate === "counted" || fate === "missing_counted")
      counting.push({ cell, hundredths: cell.hundredths ?? 0 });
  }
  for (const { cell } of lowest(counting, category?.dropLowest ?? 0)) fates.set(cell.columnId, "dropped");
  const kept = counting.filter(({ cell }) => fates.get(cell.columnId) !== "dropped");
  return {
    categoryId: category?.categoryId ?? null,
    hundredths: kept.reduce((sum, { hundredths }) => sum + hundredths, 0),
    hundredthsMax: kept.reduce((sum, { cell }) => sum + cell.hundredthsMax, 0),
    counted: kept.map(({ cell }) => cell.columnId),
  };
}

function fateOf({ isExcused, hundredths, isMissing }: Cell, missing: MissingPolicy): CellFate {
  if (isExcused) return "excused";
  if (hundredths !== null) return "counted";
  if (!isMissing) return "unmarked";
  return missing === "zero" ? "missing_counted" : "missing_ignored";
}

/**
 * The cells with the lowest share of their points, at most `count`, and never the last one: somebody with a single mark
 * keeps it. Of equal shares the one with more points goes. Extra points (a column worth none) are never dropped.
 */
function lowest<One extends { readonly cell: Cell; readonly hundredths: number }>(
  counting: readonly One[],
  count: number,
): readonly One[] {
  const real = counting.filter(({ cell }) => cell.hundredthsMax > 0);
  // Compared by multiplying, since a quotient would round.
  const sorted = real.toSorted(
    (a, b) =>
      a.hundredths * b.cell.hundredthsMax - b.hundredths * a.cell.hundredthsMax ||
      b.cell.hundredthsMax - a.cell.hundredthsMax ||
      (a.cell.columnId < b.cell.columnId ? -1 : 1),
  );
  return sorted.slice(0, Math.max(0, Math.min(count, real.length - 1)));
}

function byPoints(sums: readonly Sum[]): Omit<Total, "fates"> {
  const hundredths = sums.reduce((all, sum) => all + sum.hundredths, 0);
  const hundredthsMax = sums.reduce((all, sum) => all + sum.hundredthsMax, 0);
  return {
    percent: percentOf(hundredths, hundredthsMax),
    categories: sums.map((sum) => ({
      categoryId: sum.categoryId,
      hundredths: sum.hundredths,
      hundredthsMax: sum.hundredthsMax,
      percent: percentOf(sum.hundredths, sum.hundredthsMax),
      share: hundredthsMax === 0 ? 0 : Math.round((whole * sum.hundredthsMax) / hundredthsMax),
    })),
  };
}

function byWeight(
  sums: readonly Sum[],
  known: ReadonlyMap<string, CategoryRule>,
  fates: Map<string, CellFate>,
): Omit<Total, "fates"> {
  const weightOf = ({ categoryId, hundredthsMax }: Sum) =>
    categoryId === null || hundredthsMax === 0 ? 0 : (known.get(categoryId)?.weight ?? 0);
  const weights = sums.reduce((all, sum) => all + weightOf(sum), 0);
  for (const sum of sums)
    if (sum.categoryId === null || known.get(sum.categoryId)?.weight === 0)
      for (const columnId of sum.counted) fates.set(columnId, "weightless");
  const percents = sums.map((sum) => ({ sum, weight: weightOf(sum) }));
  // Not rounded before the end: three thirds are a whole.
  const total = percents.reduce(
    (all, { sum, weight }) => (weight === 0 ? all : all + (weight * sum.hundredths) / sum.hundredthsMax),
    0,
  );
  return {
    percent: weights === 0 ? null : Math.round((whole * total) / weights),
    categories: percents.map(({ sum, weight }) => ({
      categoryId: sum.categoryId,
      hundredths: sum.hundredths,
      hundredthsMax: sum.hundredthsMax,
      percent: percentOf(sum.hundredths, sum.hundredthsMax),
      share: weights === 0 ? 0 : Math.round((whole * weight) / weights),
    })),
  };
}

/** Hundredths of a percent, halves up; null where there is nothing to divide by. */
function percentOf(hundredths: number, hundredthsMax: number): number | null {
  return hundredthsMax === 0 ? null : Math.round((whole * hundredths) / hundredthsMax);
}

/** A letter and the lowest percentage (in hundredths) that earns it. */
export interface LetterRule {
  readonly letter: string;
  readonly from: number;
}

/** The letter that a percentage earns; null where the course gives none. */
export function letterOf(percent: number | null, letters: readonly LetterRule[]): string | null {
  if (percent === null) return null;
  const earned = letters.filter(({ from }) => percent >= from);
  return (
    earned.reduce<LetterRule | null>(
      (best, rule) => (best === null || rule.from > best.from ? rule : best),
      null,
    )?.letter ?? null
  );
}
