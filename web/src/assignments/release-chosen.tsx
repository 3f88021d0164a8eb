/** What can be done with chosen lines of the list: releasing their grades, or hiding them again. */
import { useState } from "react";
import type { RosterLine } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./grading-messages.ts";

export interface ChosenBarProps {
  readonly assignmentId: string;
  /** The chosen lines; those that have no grade are left out. */
  readonly chosen: readonly RosterLine[];
  readonly onDone: () => void;
}

export function ChosenBar({ assignmentId, chosen, onDone }: ChosenBarProps) {
  const text = useText();
  const [open, setOpen] = useState<"release" | "hide" | null>(null);
  const release = useCommand("assignments.releaseGrades");
  const hide = useCommand("assignments.hideGrades");
  const idsOf = (state: RosterLine["state"]) =>
    chosen.flatMap((line) => (line.state === state && line.submissionId !== null ? [line.submissionId] : []));
  const graded = idsOf("graded");
  const released = idsOf("released");
  const undo = (releaseId: string | null) =>
    releaseId === null ? undefined : () => void hide.run({ assignmentId, releaseId }).catch(() => undefined);
  if (chosen.length === 0) return null;
  return (
    <div className="row chosen-bar" role="toolbar" aria-label={text("grading.chosen")}>
      <span role="status">{text("grading.chosenCount", { count: chosen.length })}</span>
      <Button isDisabled={graded.length === 0} onPress={() => setOpen("release")}>
        {text("grading.releaseChosen", { count: graded.length })}
      </Button>
      <Button isDisabled={released.length === 0} onPress={() => setOpen("hide")}>
        {text("grading.hideChosen", { count: released.length })}
      </Button>
      <Button look="quiet" onPress={onDone}>
        {text("grading.chooseNone")}
      </Button>
      <ConfirmDialog
        title={text("grading.releaseTitle")}
        isOpen={open === "release"}
        onClose={() => setOpen(null)}
        confirmLabel={text("grading.releaseConfirm")}
        cancelLabel={text("grading.cancel")}
        onConfirm={async (key) => {
          const done = await release.run({ assignmentId, submissionIds: graded }, key);
          toast(text("grading.releaseDone", { count: done.released }), undo(done.releaseId));
          onDone();
        }}
      >
        <p>{text("grading.releaseText", { count: graded.length })}</p>
      </ConfirmDialog>
      <Dialog title={text("grading.hideTitle")} isOpen={open === "hide"} onClose={() => setOpen(null)}>
        <Form
          onSubmit={async ({ reason = "" }, key) => {
            const { hidden } = await hide.run({ assignmentId, submissionIds: released, reason }, key);
            toast(text("grading.hidden", { count: hidden }));
            setOpen(null);
            onDone();
          }}
        >
          {({ isPending }) => (
            <>
              <p>{text("grading.hideText")}</p>
              <TextField label={text("grading.hideReason")} name="reason" maxLength={2_000} isRequired />
              <div className="dialog-actions">
                <Button onPress={() => setOpen(null)}>{text("grading.cancel")}</Button>
                <Button type="submit" look="primary" isPending={isPending}>
                  {text("grading.hide")}
                </Button>
              </div>
            </>
          )}
        </Form>
      </Dialog>
    </div>
  );
}
