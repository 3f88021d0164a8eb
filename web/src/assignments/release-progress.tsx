/** The latest release of grades: how far it has come, and the way to take it back. */
import { useState } from "react";
import { useCommand, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./grading-messages.ts";

const progressEveryMs = 1_000;

export interface ReleaseProgressProps {
  readonly assignmentId: string;
  readonly mayManage: boolean;
}

export function ReleaseProgress({ assignmentId, mayManage }: ReleaseProgressProps) {
  const text = useText();
  const [isHiding, setHiding] = useState(false);
  const [isRunning, setRunning] = useState(true);
  const latest = useRead(
    "assignments.getGradeRelease",
    { assignmentId },
    isRunning ? { everyMs: progressEveryMs } : {},
  );
  const release = latest.data?.release ?? null;
  const runs = release !== null && !release.isFinished;
  if (latest.data !== undefined && runs !== isRunning) setRunning(runs);
  if (release === null || release.isUndone || (release.kind === "hide" && release.isFinished)) return null;
  const isUndo = Date.now() < release.undoUntil;
  return (
    <Notice
      title={text(release.kind === "release" ? "grading.lastRelease" : "grading.lastHiding", {
        done: release.done,
        total: release.total,
      })}
    >
      <p className="faint">
        {release.madeBy.name}, <DateTime at={release.madeAt} />
      </p>
      {mayManage && release.isFinished && (
        <div>
          <Button onPress={() => setHiding(true)}>
            {text(isUndo ? "grading.undoRelease" : "grading.hide")}
          </Button>
        </div>
      )}
      {isHiding && (
        <HideDialog
          assignmentId={assignmentId}
          releaseId={release.releaseId}
          needsReason={!isUndo}
          onClose={() => {
            setHiding(false);
            setRunning(true);
          }}
        />
      )}
    </Notice>
  );
}

interface HideDialogProps {
  readonly assignmentId: string;
  readonly releaseId: string;
  readonly needsReason: boolean;
  readonly onClose: () => void;
}

function HideDialog({ assignmentId, releaseId, needsReason, onClose }: HideDialogProps) {
  const text = useText();
  const hide = useCommand("assignments.hideGrades");
  return (
    <Dialog title={text("grading.hideTitle")} isOpen onClose={onClose}>
      <Form
        onSubmit={async ({ reason = "" }, key) => {
          const { hidden } = await hide.run({ assignmentId, releaseId, reason }, key);
          toast(text("grading.hidden", { count: hidden }));
          onClose();
        }}
      >
        {({ isPending }) => (
          <>
            <p>{text("grading.hideText")}</p>
            <TextField
              label={text("grading.hideReason")}
              name="reason"
              maxLength={2_000}
              isRequired={needsReason}
            />
            <div className="dialog-actions">
              <Button onPress={onClose}>{text("grading.cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text("grading.hide")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
