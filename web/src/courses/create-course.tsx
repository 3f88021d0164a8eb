/** Creating a course. */
import { useNavigate } from "@tanstack/react-router";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export interface CreateCourseDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** The term to begin with, usually that of the newest course. */
  readonly term: string;
}

export function CreateCourseDialog({ isOpen, onClose, term }: CreateCourseDialogProps) {
  const text = useText();
  const { run } = useCommand("courses.createCourse");
  const navigate = useNavigate();

  async function create(fields: Readonly<Record<string, string>>, key: string) {
    const course = await run(
      {
        code: fields.code ?? "",
        term: fields.term ?? "",
        title: fields.title ?? "",
        summary: fields.summary ?? "",
        published: fields.draft === undefined,
      },
      key,
    );
    onClose();
    toast(text("courses.created", { title: course.title }));
    await navigate({ to: "/courses/$courseId", params: { courseId: course.courseId } });
  }

  return (
    <Dialog title={text("courses.create")} isOpen={isOpen} onClose={onClose}>
      <Form onSubmit={create}>
        {({ isPending }) => (
          <>
            <TextField
              label={text("courses.courseTitle")}
              name="title"
              maxLength={200}
              isRequired
              autoFocus
            />
            <div className="course-fields">
              <TextField
                label={text("courses.code")}
                hint={text("courses.codeHint")}
                name="code"
                maxLength={32}
                isRequired
              />
              <TextField
                label={text("courses.term")}
                hint={text("courses.termHint")}
                name="term"
                defaultValue={term}
                maxLength={40}
                isRequired
              />
            </div>
            <TextField
              label={text("courses.summary")}
              hint={text("courses.summaryHint")}
              name="summary"
              rows={4}
              maxLength={4000}
            />
            <Checkbox name="draft">{text("courses.asDraft")}</Checkbox>
            <div className="dialog-actions">
              <Button onPress={onClose}>{text("courses.cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text("courses.create")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
