/** Telling everyone in a course something. */
import type { Course } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export interface PostAnnouncementDialogProps {
  readonly course: Course;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function PostAnnouncementDialog({ course, isOpen, onClose }: PostAnnouncementDialogProps) {
  const text = useText();
  const { run } = useCommand("courses.postAnnouncement");

  async function post({ title = "", body = "" }: Readonly<Record<string, string>>, key: string) {
    await run({ courseId: course.courseId, title, body }, key);
    onClose();
    toast(text("announcements.posted"));
  }

  return (
    <Dialog title={text("announcements.post")} isOpen={isOpen} onClose={onClose}>
      <Form onSubmit={post}>
        {({ isPending }) => (
          <>
            <TextField
              label={text("announcements.title")}
              name="title"
              maxLength={200}
              isRequired
              autoFocus
            />
            <TextField
              label={text("announcements.body")}
              name="body"
              hint={text("announcements.bodyHint")}
              rows={6}
            />
            <div className="dialog-actions">
              <Button onPress={onClose}>{text("courses.cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text("announcements.post")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
