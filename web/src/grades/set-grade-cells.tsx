/** One cell of the gradebook: its mark, an excuse, and how it came about. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { IfOpen } from "../courses/if-open.tsx";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";
import { pointsText } from "./numbers.ts";

type Column = ReadOutput<"grades.getGradebook">["columns"][number];
type Row = ReadOutput<"grades.listGradebookRows">["items"][number];
type Change = ReadOutput<"grades.listGradeChanges">["items"][number];

export interface OpenCell {
  readonly cell: Row["cells"][number];
  readonly column: Column;
  readonly student: Row["student"];
}

export function SetGradeCellDialog({
  courseId,
  open: { cell, column, student },
  onClose,
}: {
  readonly courseId: string;
  readonly open: OpenCell;
  readonly onClose: () => void;
}) {
  const text = useText();
  const { run } = useCommand("grades.setGradeCells");
  const [excused, setExcused] = useState(cell.isExcused);
  const isAssignment = column.assignmentId !== null;
  // An assignment's own grade is not what is set here; only what was set over it is.
  const own = isAssignment && !cell.isOverride ? null : cell.points;

  async function save({ points = "", reason = "" }: Readonly<Record<string, string>>, key: string) {
    const wish = {
      columnId: column.columnId,
      studentId: student.personId,
      version: cell.version,
      points: points.trim() === "" ? null : Number(points),
      excused,
    };
    await run({ courseId, cells: [wish], reason }, key);
    onClose();
    toast(text("cell.saved"));
  }

  return (
    <Dialog
      title={text("cell.title", { student: student.name, column: column.title })}
      isOpen={true}
      onClose={onClose}
    >
      {column.assignmentId !== null && (
        <p className="row row-apart">
          <span>
            {cell.points === null ? text("gradebook.noMark") : pointsText(cell.points)}
            {cell.isOverride && ` (${text("gradebook.override")})`}
          </span>
          <PlaceLink href={places.submissions(courseId, column.assignmentId)}>{text("cell.open")}</PlaceLink>
        </p>
      )}
      <IfOpen>
        <Form onSubmit={save}>
          {({ isPending }) => (
            <>
              <TextField
                label={
                  column.pointsMax === 0
                    ? text("cell.extraPoints")
                    : text("cell.points", { points: pointsText(column.pointsMax) })
                }
                name="points"
                type="number"
                min={0}
                step={0.01}
                defaultValue={own === null ? "" : String(own)}
                hint={text(isAssignment ? "cell.overrideHint" : "cell.pointsHint")}
                autoFocus
              />
              <Checkbox isSelected={excused} onChange={setExcused}>
                {text("cell.excused")}
              </Checkbox>
              <TextField
                label={text("cell.reason")}
                name="reason"
                hint={text("cell.reasonHint")}
                maxLength={500}
              />
              <div className="dialog-actions">
                <Button onPress={onClose}>{text("cancel")}</Button>
                <Button type="submit" look="primary" isPending={isPending}>
                  {text("cell.save")}
                </Button>
              </div>
            </>
          )}
        </Form>
      </IfOpen>
      <History courseId={courseId} columnId={column.columnId} studentId={student.personId} />
    </Dialog>
  );
}

function History(of: { readonly courseId: string; readonly columnId: string; readonly studentId: string }) {
  const text = useText();
  const changes = usePages("grades.listGradeChanges", of);
  const words = (points: number | null, excused: boolean) =>
    [
      points === null ? text("gradebook.noMark") : pointsText(points),
      ...(excused ? [text("gradebook.excused")] : []),
    ].join(", ");
  return (
    <section className="stack-tight" aria-label={text("cell.history")}>
      <h3>{text("cell.history")}</h3>
      <Paged of={changes}>
        {(items: readonly Change[]) =>
          items.length === 0 ? (
            <p className="soft">{text("cell.historyNone")}</p>
          ) : (
            <ul className="plain-list stack-tight">
              {items.map((change) => (
                <li key={change.changedAt}>
                  <p>
                    {text("cell.change", {
                      before: words(change.pointsBefore, change.excusedBefore),
                      after: words(change.pointsAfter, change.excusedAfter),
                    })}
                  </p>
                  {change.reason !== "" && <p>{change.reason}</p>}
                  <p className="faint">
                    {change.changedBy.name} · <DateTime at={change.changedAt} />
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Paged>
    </section>
  );
}
