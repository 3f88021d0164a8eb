/** Adding a column to the gradebook, or changing one. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox, Select } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

type Book = ReadOutput<"grades.getGradebook">;

const none = "none";

export function GradeColumnDialog({
  book: { course, scheme },
  column,
  onClose,
}: {
  readonly book: Book;
  /** Null: a new one. */
  readonly column: Book["columns"][number] | null;
  readonly onClose: () => void;
}) {
  const text = useText();
  const { courseId } = course;
  const add = useCommand("grades.addGradeColumn");
  const update = useCommand("grades.updateGradeColumn");
  const remove = useCommand("grades.removeGradeColumn");
  const [category, setCategory] = useState(column?.categoryId ?? none);
  const [posted, setPosted] = useState(column?.posted ?? true);
  const [counts, setCounts] = useState(column?.counts ?? true);
  const isOwn = column?.assignmentId == null;
  const categoryId = category === none ? null : category;

  async function save({ title = "", pointsMax = "" }: Readonly<Record<string, string>>, key: string) {
    const own = isOwn ? { title, pointsMax: Number(pointsMax) } : {};
    if (column === null)
      await add.run({ courseId, title, pointsMax: Number(pointsMax), categoryId, posted }, key);
    else await update.run({ courseId, columnId: column.columnId, categoryId, posted, counts, ...own }, key);
    onClose();
    toast(text(column === null ? "column.added" : "column.saved"));
  }

  return (
    <Dialog
      title={column === null ? text("column.add") : text("column.edit", { column: column.title })}
      isOpen={true}
      onClose={onClose}
    >
      <ErrorNotice error={remove.error} />
      <Form onSubmit={save}>
        {({ isPending }) => (
          <>
            {isOwn && (
              <>
                <TextField
                  label={text("column.name")}
                  name="title"
                  maxLength={120}
                  defaultValue={column?.title ?? ""}
                  hint={text("column.nameHint")}
                  isRequired
                  autoFocus
                />
                <TextField
                  label={text("column.pointsMax")}
                  name="pointsMax"
                  type="number"
                  min={0}
                  step={0.01}
                  defaultValue={String(column?.pointsMax ?? 10)}
                  hint={text("column.pointsHint")}
                  isRequired
                />
              </>
            )}
            {scheme.categories.length > 0 && (
              <Select
                label={text("column.category")}
                options={[
                  { value: none, label: text("column.noCategory") },
                  ...scheme.categories.map(({ categoryId: value, title }) => ({ value, label: title })),
                ]}
                value={category}
                onChange={setCategory}
              />
            )}
            <Checkbox isSelected={posted} onChange={setPosted}>
              {text("column.posted")}
            </Checkbox>
            {column !== null && (
              <Checkbox isSelected={counts} onChange={setCounts}>
                {text("column.counts")}
              </Checkbox>
            )}
            <div className="dialog-actions">
              {column !== null && isOwn && (
                <Button
                  look="quiet"
                  isPending={remove.isPending}
                  onPress={() =>
                    void remove.run({ courseId, columnId: column.columnId }).then(
                      () => {
                        onClose();
                        toast(text("column.removed"));
                      },
                      () => undefined,
                    )
                  }
                >
                  {text("column.remove")}
                </Button>
              )}
              <Button onPress={onClose}>{text("cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text(column === null ? "column.add" : "column.save")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
