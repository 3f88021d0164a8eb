/** Putting an event into a course's calendar, once or every week, and changing one. */
import { useState } from "react";
import { instantOf, localFieldOf, zoneName } from "../assignments/local-time.ts";
import type { ReadOutput } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

type Calendar = ReadOutput<"calendar.getCalendar">;
export type Item = Calendar["items"][number];
export type CalendarCourse = Calendar["courses"][number];

export interface EventDialogProps {
  /** The courses that the person teaches. */
  readonly courses: readonly CalendarCourse[];
  /** The event to change; null for a new one. */
  readonly item: Item | null;
  /** For a new one: the day that it is put into, where one was chosen. */
  readonly day: string | null;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function EventDialog(props: EventDialogProps) {
  const { item, isOpen, onClose } = props;
  const text = useText();
  return (
    <Dialog
      title={item === null ? text("calendar.add") : text("calendar.editTitle", { title: item.title })}
      isOpen={isOpen}
      onClose={onClose}
    >
      <EventForm {...props} />
    </Dialog>
  );
}

function EventForm({ courses, item, day, onClose }: EventDialogProps) {
  const text = useText();
  const { run: create } = useCommand("calendar.createEvent");
  const { run: update } = useCommand("calendar.updateEvent");
  const [courseId, setCourseId] = useState(courses[0]?.courseId ?? "");

  async function save(fields: Readonly<Record<string, string>>, key: string) {
    const what = {
      title: fields.title ?? "",
      place: fields.place ?? "",
      note: fields.note ?? "",
      startsAt: instantOf(fields.startsAt ?? "") ?? 0,
      endsAt: instantOf(fields.endsAt ?? "") ?? 0,
    };
    if (item === null) await create({ courseId, ...what, weeks: Number(fields.weeks ?? 1) }, key);
    else await update({ eventId: item.subjectId, version: item.version, ...what }, key);
    onClose();
    toast(text(item === null ? "calendar.added" : "calendar.changed"));
  }

  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          {item === null && courses.length > 1 && (
            <Select
              label={text("calendar.course")}
              options={courses.map((course) => ({
                value: course.courseId,
                label: `${course.code} ${course.title}`,
              }))}
              value={courseId}
              onChange={setCourseId}
            />
          )}
          <TextField
            label={text("calendar.name")}
            name="title"
            maxLength={200}
            defaultValue={item?.title ?? ""}
            isRequired
            autoFocus
          />
          <TextField
            label={text("calendar.place")}
            name="place"
            maxLength={200}
            defaultValue={item?.place ?? ""}
          />
          <TextField
            label={text("calendar.starts")}
            hint={text("calendar.clockHint", { zone: zoneName() })}
            name="startsAt"
            type="datetime-local"
            defaultValue={item === null ? (day === null ? "" : `${day}T10:00`) : localFieldOf(item.startsAt)}
            isRequired
          />
          <TextField
            label={text("calendar.ends")}
            name="endsAt"
            type="datetime-local"
            defaultValue={
              item?.endsAt == null ? (day === null ? "" : `${day}T11:00`) : localFieldOf(item.endsAt)
            }
            isRequired
          />
          {item === null && (
            <TextField
              label={text("calendar.weeks")}
              name="weeks"
              type="number"
              min={1}
              max={53}
              defaultValue="1"
              hint={text("calendar.weeksHint")}
              isRequired
            />
          )}
          <TextField
            label={text("calendar.note")}
            name="note"
            rows={3}
            maxLength={4_000}
            defaultValue={item?.note ?? ""}
          />
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("calendar.cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("calendar.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
