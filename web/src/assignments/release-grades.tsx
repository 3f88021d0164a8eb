/** Letting students see their grades: says beforehand who will see what. */
import type { SubmittedWork } from "../contract.ts";
import { useCommand } from "../data.ts";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { pointsText } from "./submissions.ts";
import "./grading-messages.ts";
import "./grading.css";

/** So many are named one by one. */
const namedMax = 200;
/** One call releases at most so many. */
const callMax = 200;

export interface ReleaseGradesDialogProps {
  readonly assignmentId: string;
  /** The graded submissions that are not released. */
  readonly works: readonly SubmittedWork[];
  /** How many others are not graded. */
  readonly ungraded: number;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function ReleaseGradesDialog(props: ReleaseGradesDialogProps) {
  const { assignmentId, works, ungraded, isOpen, onClose } = props;
  const text = useText();
  const release = useCommand("assignments.releaseGrades");

  async function confirm() {
    // Exactly those that were shown: what somebody grades meanwhile stays private.
    const ids = works.map(({ submissionId }) => submissionId);
    let released = 0;
    for (let from = 0; from < ids.length; from += callMax) {
      const answer = await release.run({ assignmentId, submissionIds: ids.slice(from, from + callMax) });
      released += answer.released;
    }
    toast(text("grading.releaseDone", { count: released }));
  }

  return (
    <ConfirmDialog
      title={text("grading.releaseTitle")}
      isOpen={isOpen}
      onClose={onClose}
      confirmLabel={text("grading.releaseConfirm")}
      cancelLabel={text("grading.cancel")}
      onConfirm={confirm}
    >
      <p>{text("grading.releaseText", { count: works.length })}</p>
      <ul className="list release-list">
        {works.slice(0, namedMax).map(({ submissionId, studentName, grade }) => (
          <li key={submissionId} className="row-apart">
            <span>{studentName}</span>
            <span className="number">
              {grade &&
                text("grading.pointsOf", {
                  points: pointsText(grade.points),
                  max: pointsText(grade.pointsMax),
                })}
            </span>
          </li>
        ))}
      </ul>
      {works.length > namedMax && <p>{text("grading.releaseMore", { count: works.length - namedMax })}</p>}
      {ungraded > 0 && <p className="soft">{text("grading.releaseUngraded", { count: ungraded })}</p>}
    </ConfirmDialog>
  );
}
