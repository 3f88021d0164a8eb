/** A rubric while it is written: every field a text, as it was typed. */
import type { CommandInput, Rubric } from "../contract.ts";

export interface LevelDraft {
  readonly key: string;
  readonly levelId?: string;
  readonly title: string;
  readonly description: string;
  readonly points: string;
}

export interface CriterionDraft {
  readonly key: string;
  readonly criterionId?: string;
  readonly title: string;
  readonly description: string;
  readonly levels: readonly LevelDraft[];
}

export function newLevel(points = ""): LevelDraft {
  return { key: crypto.randomUUID(), title: "", description: "", points };
}

export function newCriterion(): CriterionDraft {
  return { key: crypto.randomUUID(), title: "", description: "", levels: [newLevel("0"), newLevel()] };
}

export function draftsOf({ criteria }: Rubric): CriterionDraft[] {
  return criteria.map(({ levels, ...criterion }) => ({
    ...criterion,
    key: criterion.criterionId,
    levels: levels.map(({ points, ...level }) => ({ ...level, key: level.levelId, points: String(points) })),
  }));
}

export function numberOf(points: string): number {
  return Number(points.trim().replace(",", "."));
}

/** The most points that the criteria give together, exact to the hundredth. */
export function bestOf(criteria: readonly CriterionDraft[]): number {
  const hundredths = criteria.reduce((sum, { levels }) => {
    const best = Math.max(0, ...levels.map(({ points }) => numberOf(points) || 0));
    return sum + Math.round(best * 100);
  }, 0);
  return hundredths / 100;
}

export function inputOf(
  criteria: readonly CriterionDraft[],
): CommandInput<"assignments.setRubric">["criteria"] {
  return criteria.map(({ key: _key, levels, ...criterion }) => ({
    ...criterion,
    levels: levels.map(({ key: _level, points, ...level }) => ({ ...level, points: numberOf(points) })),
  }));
}
