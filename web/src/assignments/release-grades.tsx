/** Letting students see their grades: says beforehand how many will, and how to take it back. */
import type { ReadOutput } from "../contract.ts";
import { useCommand } from "../data.ts";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./grading-messages.ts";

export interface ReleaseGradesDialogProps {
  readonly assignmentId: string;
  readonly counts: ReadOutput<"assignments.listSubmissions">["counts"];
  readonly onClose: () => void;
}

export function ReleaseGradesDialog({ assignmentId, counts, onClose }: ReleaseGradesDialogProps) {
  const text = useText();
  const release = useCommand("assignments.releaseGrades");
  return (
    <ConfirmDialog
      title={text("grading.releaseTitle")}
      isOpen
      onClose={onClose}
      confirmLabel={text("grading.releaseConfirm")}
      cancelLabel={text("grading.cancel")}
      onConfirm={async (key) => {
        const { released } = await release.run({ assignmentId }, key);
        toast(text("grading.releaseDone", { count: released }));
      }}
    >
      <p>{text("grading.releaseText", { count: counts.graded })}</p>
      {counts.toGrade > 0 && (
        <p className="soft">{text("grading.releaseUngraded", { count: counts.toGrade })}</p>
      )}
    </ConfirmDialog>
  );
}
