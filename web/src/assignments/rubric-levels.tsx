/** Choosing a level for each criterion: with the pointer, with arrows, or with the number keys from one to the next. */
import { type KeyboardEvent, useRef } from "react";
import type { Rubric } from "../contract.ts";
import { TextField } from "../ui/fields.tsx";
import { useText } from "../ui/text.ts";
import type { ChosenLevel } from "./grade-draft.ts";
import { pointsText } from "./points-text.ts";
import "./grading-messages.ts";
import "./grading.css";

export interface RubricLevelsProps {
  readonly rubric: Rubric;
  readonly chosen: Readonly<Record<string, ChosenLevel>>;
  readonly onChange: (chosen: Readonly<Record<string, ChosenLevel>>) => void;
}

export function RubricLevels({ rubric, chosen, onChange }: RubricLevelsProps) {
  const text = useText();
  const place = useRef<HTMLDivElement>(null);
  const choose = (criterionId: string, levelId: string) =>
    onChange({ ...chosen, [criterionId]: { levelId, note: chosen[criterionId]?.note ?? "" } });

  /** A number takes that level of the criterion in which the focus is, and goes on to the next one. */
  function onKeyDown(event: KeyboardEvent, at: number) {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
    const criterion = rubric.criteria[at];
    const level = criterion?.levels[Number(event.key) - 1];
    if (criterion === undefined || level === undefined) return;
    event.preventDefault();
    choose(criterion.criterionId, level.levelId);
    const groups = [...(place.current?.querySelectorAll("fieldset") ?? [])];
    const next = groups[at + 1] ?? groups[at];
    next?.querySelector<HTMLInputElement>("input:checked, input")?.focus();
  }

  return (
    <div className="stack" ref={place}>
      {rubric.criteria.map(({ criterionId, title, description, levels }, at) => (
        <fieldset key={criterionId} className="rubric-criterion">
          <legend className="item-title">{title}</legend>
          {description !== "" && <p className="faint">{description}</p>}
          {levels.map((level, index) => (
            <label key={level.levelId} className="rubric-level">
              <input
                type="radio"
                name={criterionId}
                checked={chosen[criterionId]?.levelId === level.levelId}
                onChange={() => choose(criterionId, level.levelId)}
                onKeyDown={(event) => onKeyDown(event, at)}
              />
              <span className="grow">
                <span className="row row-apart">
                  <span>
                    <span className="level-key number">{index + 1}</span> {level.title}
                  </span>
                  <span className="number">{pointsText(level.points)}</span>
                </span>
                {level.description !== "" && <span className="faint rubric-text">{level.description}</span>}
              </span>
            </label>
          ))}
          {chosen[criterionId] !== undefined && (
            <TextField
              label={text("grading.note", { criterion: title })}
              rows={1}
              maxLength={2_000}
              value={chosen[criterionId]?.note ?? ""}
              onChange={(note) =>
                onChange({
                  ...chosen,
                  [criterionId]: { levelId: chosen[criterionId]?.levelId ?? "", note },
                })
              }
            />
          )}
        </fieldset>
      ))}
      <p className="row row-apart">
        <strong>{text("grading.sum")}</strong>
        <strong className="number" role="status">
          {text("grading.pointsOf", {
            points: pointsText(sumOf(rubric, chosen)),
            max: pointsText(rubric.pointsMax),
          })}
        </strong>
      </p>
    </div>
  );
}

export function sumOf(rubric: Rubric, chosen: Readonly<Record<string, ChosenLevel>>): number {
  return rubric.criteria.reduce((sum, { criterionId, levels }) => {
    const level = levels.find(({ levelId }) => levelId === chosen[criterionId]?.levelId);
    return sum + (level?.points ?? 0);
  }, 0);
}

/** Criteria for which nothing is chosen that the rubric still has. */
export function openCriteria(
  rubric: Rubric,
  chosen: Readonly<Record<string, ChosenLevel>>,
): readonly string[] {
  return rubric.criteria
    .filter(
      ({ criterionId, levels }) => !levels.some(({ levelId }) => levelId === chosen[criterionId]?.levelId),
    )
    .map(({ title }) => title);
}
