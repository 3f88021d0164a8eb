/** The levels of a rubric that a grader chose, as the student reads them. */
import type { Grade } from "../contract.ts";
import { useText } from "../ui/text.ts";
import { pointsText } from "./points-text.ts";
import "./messages.ts";

export function RubricResult({ levels }: { readonly levels: Grade["levels"] }) {
  const text = useText();
  return (
    <ul className="list" aria-label={text("grade.rubric")}>
      {levels.map((level) => (
        <li key={level.criterionId}>
          <div className="grow stack-tight">
            <p className="row row-apart">
              <span>
                <strong>{level.criterion}</strong>: {level.level}
              </span>
              <span className="number">
                {text("grade.levelPoints", {
                  points: pointsText(level.points),
                  max: pointsText(level.pointsMax),
                })}
              </span>
            </p>
            {level.description !== "" && <p className="faint">{level.description}</p>}
            {level.note !== "" && <p>{level.note}</p>}
          </div>
        </li>
      ))}
    </ul>
  );
}
