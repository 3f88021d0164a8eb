/** A student's own released grade: the points and what lateness cost, levels, feedback, files, and the way to appeal. */
import type { MySubmission } from "../contract.ts";
import { IfOpen } from "../courses/if-open.tsx";
import { Markdown } from "../materials/markdown.tsx";
import { Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { AppealThread, OpenAppeal } from "./appeals.tsx";
import { dateTimeIn } from "./course-dates.ts";
import { FileLinks } from "./feedback-files.tsx";
import { pointsText } from "./points-text.ts";
import { RubricResult } from "./rubric-result.tsx";
import "./messages.ts";
import "./assignments.css";
import "./grading.css";

export interface MyGradeProps {
  readonly submission: NonNullable<MySubmission["submission"]>;
  /** The course's: its dates stand on one page, and go by one clock. */
  readonly timeZone: string;
  /** Whether it is looked at as somebody else. */
  readonly isReadOnly: boolean;
}

export function MyGrade({ submission, timeZone, isReadOnly }: MyGradeProps) {
  const text = useText();
  const { grade, attempts, appeals, appealUntil, submissionId } = submission;
  if (grade === null) return null;
  return (
    <div className="card grade-card">
      <p className="grade-points">
        <strong>{pointsText(grade.points)}</strong>
        <span className="soft">{text("grade.of", { pointsMax: pointsText(grade.pointsMax) })}</span>
        {grade.latePercent > 0 && (
          <span className="soft">
            {text("grade.late", {
              raw: pointsText(grade.rawPoints),
              percent: grade.latePercent,
              due: grade.lateDueAt === null ? "" : dateTimeIn(grade.lateDueAt, timeZone),
            })}
          </span>
        )}
      </p>
      <div className="stack grow">
        {grade.levels.length > 0 && (
          <div className="stack-tight">
            <h3>{text("grade.rubric")}</h3>
            <RubricResult levels={grade.levels} />
          </div>
        )}
        <div className="stack-tight">
          <h3>{text("grade.feedback")}</h3>
          {grade.feedback.trim() === "" ? (
            <p className="soft">{text("grade.noFeedback")}</p>
          ) : (
            <Markdown source={grade.feedback} />
          )}
          {grade.feedbackFiles.length > 0 && <FileLinks files={grade.feedbackFiles} />}
          <p className="faint">
            {text("grade.by", { name: grade.gradedBy.name, when: dateTimeIn(grade.gradedAt, timeZone) })}
            {grade.attempt !== attempts[0]?.attempt &&
              ` · ${text("grade.oldAttempt", { attempt: grade.attempt })}`}
          </p>
        </div>
        {appeals.map((appeal) => (
          <Notice
            key={appeal.appealId}
            title={text(appeal.state === "open" ? "appeal.mineWaiting" : "appeal.mineAnswered")}
          >
            <AppealThread appeal={appeal} timeZone={timeZone} />
          </Notice>
        ))}
        {appealUntil !== null && !isReadOnly && (
          <IfOpen>
            <OpenAppeal submissionId={submissionId} until={appealUntil} timeZone={timeZone} />
          </IfOpen>
        )}
      </div>
    </div>
  );
}
