/** What happened to a grade: who, when, from what to what, and why. */
import { useState } from "react";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { pointsText } from "./points-text.ts";
import "./grading-messages.ts";

export function GradeHistory({ submissionId }: { readonly submissionId: string }) {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="grade-more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{text("grading.history")}</summary>
      {isOpen && <Changes submissionId={submissionId} />}
    </details>
  );
}

function Changes({ submissionId }: { readonly submissionId: string }) {
  const text = useText();
  const changes = usePages("assignments.getGradeHistory", { submissionId });
  return (
    <Paged of={changes}>
      {(items) =>
        items.length === 0 ? (
          <p className="faint">{text("grading.historyNone")}</p>
        ) : (
          <ol className="list">
            {items.map((change) => (
              <li key={`${change.changedAt} ${change.kind} ${change.studentId}`}>
                <div className="stack-tight">
                  <p>
                    <strong>{text(`grading.change.${change.kind}`)}</strong>{" "}
                    <span className="number">
                      {change.pointsBefore !== null && change.pointsBefore !== change.points
                        ? text("grading.fromTo", {
                            from: pointsText(change.pointsBefore),
                            to: pointsText(change.points),
                          })
                        : pointsText(change.points)}
                    </span>
                  </p>
                  {change.reason !== "" && <p>{change.reason}</p>}
                  <p className="faint">
                    {change.changedBy.name}, <DateTime at={change.changedAt} />
                  </p>
                </div>
              </li>
            ))}
          </ol>
        )
      }
    </Paged>
  );
}
