/** Taking the rubric of another assignment, of this course or of another one that one teaches. */
import { useState } from "react";
import { useCommand, usePages } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox, Select } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./grading-messages.ts";

export interface CopyRubricDialogProps {
  readonly courseId: string;
  readonly assignmentId: string;
  readonly version: number;
  readonly onClose: () => void;
}

export function CopyRubricDialog(props: CopyRubricDialogProps) {
  const text = useText();
  const { assignmentId, version, onClose } = props;
  const [courseId, setCourseId] = useState(props.courseId);
  const [chosen, setChosen] = useState("");
  const courses = usePages("courses.listCourses", {});
  const list = usePages("assignments.listAssignments", { courseId });
  const copy = useCommand("assignments.copyRubric");
  const taught = (courses.data?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter((course) => course.mayTeach || course.courseId === props.courseId);
  const others = (list.data?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter((each) => each.assignmentId !== assignmentId);
  const fromAssignmentId = others.some((each) => each.assignmentId === chosen)
    ? chosen
    : (others[0]?.assignmentId ?? "");

  async function save(fields: Readonly<Record<string, string>>, key: string) {
    const takesPoints = fields.takesPoints !== undefined;
    const { state } = await copy.run({ assignmentId, fromAssignmentId, version, takesPoints }, key);
    toast(text(state === "current" ? "rubric.copied" : "rubric.proposed"));
    onClose();
  }

  return (
    <Dialog title={text("rubric.copyTitle")} isOpen onClose={onClose}>
      <Form onSubmit={save}>
        {({ isPending }) => (
          <>
            <p className="soft">{text("rubric.copyHint")}</p>
            <Select
              label={text("rubric.copyCourse")}
              value={courseId}
              onChange={setCourseId}
              options={taught.map((course) => ({
                value: course.courseId,
                label: `${course.code} · ${course.title} (${course.term})`,
              }))}
            />
            {others.length === 0 ? (
              <p className="soft">{text("rubric.copyNone")}</p>
            ) : (
              <Select
                label={text("rubric.copyFrom")}
                value={fromAssignmentId}
                onChange={setChosen}
                options={others.map((each) => ({ value: each.assignmentId, label: each.title }))}
              />
            )}
            <Checkbox name="takesPoints">{text("rubric.copyTakesPoints")}</Checkbox>
            <div className="dialog-actions">
              <Button onPress={onClose}>{text("grading.cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending} isDisabled={fromAssignmentId === ""}>
                {text("rubric.copy")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
