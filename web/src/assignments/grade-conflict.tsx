/** Somebody was quicker: what is saved now, beside what was typed, and the choice between the two. */
import { useEffect, useRef } from "react";
import type { SubmittedWork } from "../contract.ts";
import { Markdown } from "../materials/markdown.tsx";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { pointsText } from "./points-text.ts";
import { RubricResult } from "./rubric-result.tsx";
import "./grading-messages.ts";

export interface GradeConflictProps {
  readonly work: SubmittedWork;
  /** The attempt that was looked at while typing. */
  readonly seenAttempt: number;
  /** Whether two mark, so that another mark and no grade may have come. */
  readonly isShared: boolean;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

export function GradeConflict({ work, seenAttempt, isShared, onKeepMine, onTakeTheirs }: GradeConflictProps) {
  const text = useText();
  const { grade, attempt } = work;
  const choice = useRef<HTMLDivElement>(null);
  // It stands above what was typed, far from the button that was pressed below it.
  useEffect(() => choice.current?.focus(), []);
  return (
    <div ref={choice} tabIndex={-1} className="grade-conflict">
      <Notice tone="warm" title={text("grading.conflict")}>
        <p>{text("grading.conflictHint")}</p>
        {seenAttempt < attempt ? (
          <p>{text("grading.newAttempt")}</p>
        ) : (
          isShared && grade === null && <p>{text("grading.otherMark")}</p>
        )}
        {grade !== null && (
          <div className="grade-theirs stack-tight">
            <p className="faint">
              {text("grading.theirs", { name: grade.gradedBy.name })}, <DateTime at={grade.gradedAt} />
            </p>
            <p className="number">
              {text("grading.pointsOf", {
                points: pointsText(grade.points),
                max: pointsText(grade.pointsMax),
              })}
            </p>
            {grade.levels.length > 0 && <RubricResult levels={grade.levels} />}
            {grade.feedback !== "" && <Markdown source={grade.feedback} />}
          </div>
        )}
        <div className="row">
          <Button onPress={onKeepMine}>{text("grading.keepMine")}</Button>
          {grade !== null && <Button onPress={onTakeTheirs}>{text("grading.takeTheirs")}</Button>}
        </div>
      </Notice>
    </div>
  );
}
