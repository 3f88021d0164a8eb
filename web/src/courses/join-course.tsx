/** Joining a course with the code from the board. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CallError } from "../client.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { refusedField } from "./refused-field.ts";
import "./course-pages.css";
import "./messages.ts";

export interface JoinCourseDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function JoinCourseDialog({ isOpen, onClose }: JoinCourseDialogProps) {
  const text = useText();
  return (
    <Dialog title={text("courses.join")} isOpen={isOpen} onClose={onClose}>
      <p className="soft">{text("join.intro")}</p>
      <JoinForm onJoined={onClose}>
        {(submit) => (
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("courses.cancel")}</Button>
            {submit}
          </div>
        )}
      </JoinForm>
    </Dialog>
  );
}

/** The same as a page, whose address may be given out. */
export function JoinCoursePage() {
  const text = useText();
  const { code } = useSearch({ strict: false }) as { readonly code?: string };
  return (
    <div className="stack join-page">
      <PageHead title={text("courses.join")} lead={<p className="soft">{text("join.intro")}</p>} />
      <JoinForm code={code ?? ""}>{(submit) => <div>{submit}</div>}</JoinForm>
    </div>
  );
}

interface JoinFormProps {
  /** From the code that was scanned. */
  readonly code?: string;
  readonly onJoined?: () => void;
  readonly children: (submit: ReactNode) => ReactNode;
}

function JoinForm({ code = "", onJoined, children }: JoinFormProps) {
  const text = useText();
  const { run } = useCommand("courses.joinCourse");
  const navigate = useNavigate();

  async function join(fields: Readonly<Record<string, string>>, key: string) {
    const course = await run({ joinCode: fields.joinCode ?? "" }, key).catch((error: unknown) => {
      throw error instanceof CallError && error.code === "unknown_join_code"
        ? refusedField(error, "joinCode", text("join.unknown"))
        : error;
    });
    onJoined?.();
    toast(text("join.done", { title: course.title }));
    await navigate({ to: "/courses/$courseId", params: { courseId: course.courseId } });
  }

  return (
    <Form onSubmit={join}>
      {({ isPending }) => (
        <>
          <TextField
            label={text("join.code")}
            name="joinCode"
            defaultValue={code}
            placeholder="ABCD-2345"
            autoComplete="off"
            spellCheck="false"
            maxLength={40}
            isCode
            isRequired
            autoFocus
          />
          {children(
            <Button type="submit" look="primary" isPending={isPending}>
              {text("join.submit")}
            </Button>,
          )}
        </>
      )}
    </Form>
  );
}
