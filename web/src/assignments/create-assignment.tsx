/** The dialog that creates an assignment, or changes one; who changed it meanwhile is not overwritten unseen. */
import { useState } from "react";
import { CallError } from "../client.ts";
import type { Assignment } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { instantOf, localFieldOf, zoneName } from "./local-time.ts";
import "./messages.ts";

export interface AssignmentDialogProps {
  readonly courseId: string;
  /** The one to change; a new one when absent. */
  readonly assignment?: Assignment;
  readonly onClose: () => void;
}

export function AssignmentDialog({ courseId, assignment, onClose }: AssignmentDialogProps) {
  const text = useText();
  const create = useCommand("assignments.createAssignment");
  const update = useCommand("assignments.updateAssignment");
  const [isConflict, setConflict] = useState(false);
  const [seenVersion, setSeenVersion] = useState(assignment?.version ?? 0);
  const current = useRead(
    "assignments.getAssignment",
    { assignmentId: assignment?.assignmentId ?? "" },
    { enabled: assignment !== undefined },
  );

  async function save(fields: Readonly<Record<string, string>>, key: string) {
    const said = {
      title: fields.title ?? "",
      instructions: fields.instructions ?? "",
      pointsMax: Number(fields.pointsMax),
      dueAt: instantOf(fields.dueAt ?? ""),
      published: fields.published !== undefined,
    };
    if (assignment === undefined) {
      await create.run({ courseId, ...said }, key);
      toast(text("assignments.created", { title: said.title }));
    } else {
      try {
        await update.run({ assignmentId: assignment.assignmentId, version: seenVersion, ...said }, key);
      } catch (error) {
        if (error instanceof CallError && error.status === 409) {
          setConflict(true);
          const newest = await current.refetch();
          setSeenVersion(newest.data?.version ?? seenVersion);
        }
        throw error;
      }
      toast(text("assignments.saved", { title: said.title }));
    }
    onClose();
  }

  return (
    <Dialog
      title={text(assignment === undefined ? "assignments.createTitle" : "assignments.editTitle")}
      isOpen
      onClose={onClose}
    >
      {isConflict && <Notice tone="warm">{text("assignments.conflict")}</Notice>}
      <Form onSubmit={save}>
        {({ isPending }) => (
          <>
            <TextField
              label={text("assignments.name")}
              name="title"
              defaultValue={assignment?.title ?? ""}
              isRequired
            />
            <TextField
              label={text("assignments.instructions")}
              hint={text("assignments.instructionsHint")}
              name="instructions"
              defaultValue={assignment?.instructions ?? ""}
              rows={6}
            />
            <TextField
              label={text("assignments.points")}
              hint={text("assignments.pointsHint")}
              name="pointsMax"
              type="number"
              min={0}
              step={0.01}
              defaultValue={String(assignment?.pointsMax ?? 100)}
              isRequired
            />
            <TextField
              label={text("assignments.due")}
              hint={text("assignments.dueHint", { zone: zoneName() })}
              name="dueAt"
              type="datetime-local"
              defaultValue={
                assignment === undefined || assignment.dueAt === null ? "" : localFieldOf(assignment.dueAt)
              }
            />
            <Checkbox name="published" defaultSelected={assignment?.state === "published"}>
              {text("assignments.published")}
            </Checkbox>
            <div className="dialog-actions">
              <Button onPress={onClose}>{text("cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text("assignments.save")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
