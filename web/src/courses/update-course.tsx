/** Changing what a course is called; somebody else's change meanwhile is shown, never overwritten unseen. */
import { useState } from "react";
import { CallError, read } from "../client.ts";
import type { Course } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./course-pages.css";
import "./messages.ts";

const fieldNames = ["title", "code", "term", "summary", "timeZone"] as const;
type Fields = Record<(typeof fieldNames)[number], string>;

export interface UpdateCourseDialogProps {
  readonly course: Course;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function UpdateCourseDialog({ course, isOpen, onClose }: UpdateCourseDialogProps) {
  const text = useText();
  return (
    <Dialog title={text("course.edit")} isOpen={isOpen} onClose={onClose}>
      <CourseForm course={course} onClose={onClose} />
    </Dialog>
  );
}

function CourseForm({ course, onClose }: { readonly course: Course; readonly onClose: () => void }) {
  const text = useText();
  const { run } = useCommand("courses.updateCourse");
  // Only what differs from this is sent, so a field left alone keeps what somebody else made of it.
  const [begun, setBegun] = useState(course);
  const [values, setValues] = useState<Fields>(() => fieldsOf(course));
  const [theirs, setTheirs] = useState<Theirs | null>(null);

  async function save(_fields: unknown, key: string) {
    const changed = fieldNames.filter((name) => values[name] !== begun[name]);
    const changes = Object.fromEntries(changed.map((name) => [name, values[name]]));
    const { courseId, version } = begun;
    try {
      await run({ courseId, version, ...changes }, key);
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== "stale_version") throw error;
      const now = await read("courses.getCourse", { courseId });
      setTheirs({ message: error.message, changed: fieldNames.filter((name) => now[name] !== begun[name]) });
      setValues({ ...fieldsOf(now), ...changes });
      setBegun(now);
      return;
    }
    onClose();
    toast(text("course.saved"));
  }

  function takeTheirs() {
    setValues(fieldsOf(begun));
    setTheirs(null);
  }

  const field = (name: keyof Fields) => ({
    name,
    value: values[name],
    onChange: (value: string) => setValues((before) => ({ ...before, [name]: value })),
  });
  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          {theirs !== null && <Conflict theirs={theirs} course={begun} typed={values} onTake={takeTheirs} />}
          <TextField label={text("courses.courseTitle")} {...field("title")} maxLength={200} isRequired />
          <div className="course-fields">
            <TextField label={text("courses.code")} {...field("code")} maxLength={32} isRequired />
            <TextField label={text("courses.term")} {...field("term")} maxLength={40} isRequired />
          </div>
          <TextField
            label={text("courses.summary")}
            hint={text("courses.summaryHint")}
            {...field("summary")}
            rows={5}
            maxLength={4000}
          />
          <TextField
            label={text("settings.timeZone")}
            hint={text("settings.timeZoneHint")}
            {...field("timeZone")}
            maxLength={64}
            isRequired
          />
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("courses.cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("course.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}

interface Theirs {
  readonly message: string;
  /** The fields that somebody else changed since the person began. */
  readonly changed: readonly (keyof Fields)[];
}

interface ConflictProps {
  readonly theirs: Theirs;
  readonly course: Course;
  readonly typed: Fields;
  readonly onTake: () => void;
}

/** What the course says now where both changed it, and the two ways on. */
function Conflict({ theirs, course, typed, onTake }: ConflictProps) {
  const text = useText();
  const labels = {
    title: text("courses.courseTitle"),
    code: text("courses.code"),
    term: text("courses.term"),
    summary: text("courses.summary"),
    timeZone: text("settings.timeZone"),
  };
  const different = theirs.changed.filter((name) => typed[name] !== course[name]);
  return (
    <Notice tone="danger" title={text("course.changedTitle")}>
      <p>{theirs.message}</p>
      <p>{text(different.length === 0 ? "course.changedSame" : "course.changedHint")}</p>
      {different.length > 0 && (
        <dl className="facts">
          {different.map((name) => (
            <div key={name} className="contents">
              <dt>{labels[name]}</dt>
              <dd className="preserve">{course[name] === "" ? "–" : course[name]}</dd>
            </div>
          ))}
        </dl>
      )}
      <div>
        <Button onPress={onTake}>{text("course.takeTheirs")}</Button>
      </div>
    </Notice>
  );
}

function fieldsOf({ title, code, term, summary, timeZone }: Course): Fields {
  return { title, code, term, summary, timeZone };
}
