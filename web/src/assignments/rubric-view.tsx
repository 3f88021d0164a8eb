/** The rubric by which work will be judged, for students before they hand in. */
import { useRead } from "../data.ts";
import { useText } from "../ui/text.ts";
import { pointsText } from "./points-text.ts";
import "./messages.ts";

export function RubricView({ assignmentId }: { readonly assignmentId: string }) {
  const text = useText();
  const found = useRead("assignments.getRubric", { assignmentId });
  const rubric = found.data?.rubric;
  if (!rubric) return null;
  return (
    <details className="card">
      <summary>{text("rubric.forStudents", { points: pointsText(rubric.pointsMax) })}</summary>
      <ul className="list">
        {rubric.criteria.map((criterion) => (
          <li key={criterion.criterionId}>
            <div className="grow stack-tight">
              <p>
                <strong>{criterion.title}</strong>
              </p>
              {criterion.description !== "" && <p className="faint">{criterion.description}</p>}
              {criterion.levels.map((level) => (
                <div key={level.levelId}>
                  <p className="row row-apart">
                    <span>{level.title}</span>
                    <span className="number">{pointsText(level.points)}</span>
                  </p>
                  {level.description !== "" && <p className="faint">{level.description}</p>}
                </div>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
