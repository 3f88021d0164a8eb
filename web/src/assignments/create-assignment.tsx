/** The dialog that creates an assignment, or changes one; who changed it meanwhile is not overwritten unseen. */
import { useState } from "react";
import { CallError, read } from "../client.ts";
import type { Assignment, DatesPreview } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { locale, useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { SettingsFields, settingsSaid } from "./settings-fields.tsx";
import "./messages.ts";

export interface AssignmentDialogProps {
  readonly courseId: string;
  /** The one to change; a new one when absent. */
  readonly assignment?: Assignment;
  readonly onClose: () => void;
}

export function AssignmentDialog({ courseId, assignment, onClose }: AssignmentDialogProps) {
  const text = useText();
  const course = useRead("courses.getCourse", { courseId });
  const timeZone = assignment?.timeZone ?? course.data?.timeZone;
  const [preview, setPreview] = useState<Preview | null>(null);
  const create = useCommand("assignments.createAssignment");
  const update = useCommand("assignments.updateAssignment");
  const [isConflict, setConflict] = useState(false);
  const [seenVersion, setSeenVersion] = useState(assignment?.version ?? 0);
  const current = useRead(
    "assignments.getAssignment",
    { assignmentId: assignment?.assignmentId ?? "" },
    { enabled: assignment !== undefined },
  );

  if (timeZone === undefined) return null;

  async function save(fields: Readonly<Record<string, string>>, key: string, timeZone: string) {
    const said = settingsSaid(fields, timeZone, assignment);
    if (assignment === undefined) {
      await create.run({ courseId, ...said }, key);
      toast(text("assignments.created", { title: said.title }));
    } else {
      // Once seen, the preview is agreed to by saving the same dates again.
      const { assignmentId } = assignment;
      const { dueAt, untilAt } = said;
      const hasMoved = dueAt !== assignment.dueAt || untilAt !== assignment.untilAt;
      const isAgreed = preview?.dueAt === dueAt && preview.untilAt === untilAt;
      if (hasMoved && !isAgreed) {
        const dates = {
          ...(dueAt === null ? {} : { dueAt }),
          ...(untilAt === null ? {} : { untilAt }),
        };
        const moved = await read("assignments.previewDates", { assignmentId, ...dates });
        if (moved.becomeLate.count + moved.becomeOnTime.count > 0) {
          setPreview({ dueAt, untilAt, moved });
          return;
        }
      }
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
      <Form onSubmit={(fields, key) => save(fields, key, timeZone)}>
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
            <SettingsFields courseId={courseId} timeZone={timeZone} assignment={assignment} />
            <Checkbox name="published" defaultSelected={assignment?.state === "published"}>
              {text("assignments.published")}
            </Checkbox>
            {preview !== null && <Moved moved={preview.moved} />}
            <div className="dialog-actions">
              <Button onPress={onClose}>{text("cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text(preview === null ? "assignments.save" : "assignments.previewGo")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}

interface Preview {
  readonly dueAt: number | null;
  readonly untilAt: number | null;
  readonly moved: DatesPreview;
}

/** Whose work becomes late or on time by the dates in the form. */
function Moved({ moved }: { readonly moved: DatesPreview }) {
  const text = useText();
  const lineOf = (
    key: "assignments.previewLate" | "assignments.previewOnTime",
    part: DatesPreview["becomeLate"],
  ) =>
    part.count > 0 && (
      <p>
        {text(key, {
          count: part.count,
          names: new Intl.ListFormat(locale).format(part.people.map(({ name }) => name)),
        })}
      </p>
    );
  return (
    <Notice tone="warm" title={text("assignments.previewTitle")}>
      {lineOf("assignments.previewLate", moved.becomeLate)}
      {lineOf("assignments.previewOnTime", moved.becomeOnTime)}
    </Notice>
  );
}
