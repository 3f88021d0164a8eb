/** An event by itself, and a day with everything in it: what the cells of the grid have no room for. */
import { zoneName } from "../assignments/local-time.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useText } from "../ui/text.ts";
import type { Day } from "./days.ts";
import type { CalendarCourse, Item } from "./event-dialog.tsx";
import { ItemRow, useRemovals } from "./item-row.tsx";
import { clockChangeText, clockText, dayText, hoursText } from "./item-text.ts";
import "./calendar.css";
import "./messages.ts";

export interface ItemDialogProps {
  readonly item: Item;
  readonly day: Day;
  readonly course: CalendarCourse | undefined;
  readonly onEdit: (item: Item) => void;
  readonly onClose: () => void;
}

export function ItemDialog({ item, day, course, onEdit, onClose }: ItemDialogProps) {
  const text = useText();
  const removals = useRemovals(item);
  const zone = course?.timeZone ?? zoneName();
  const facts = [
    [text("calendar.when"), `${dayText(day.key)}, ${hoursText(item, day, zoneName(), text)}`],
    ...(zone === zoneName()
      ? []
      : [
          [
            text("calendar.courseClock"),
            text("calendar.there", {
              time: clockText(item.startsAt, { timeZone: zone, isNamed: day.clockChange !== 0 }),
              zone,
            }),
          ],
        ]),
    ...(course === undefined ? [] : [[text("calendar.course"), `${course.code} ${course.title}`]]),
    ...(item.place === "" ? [] : [[text("calendar.place"), item.place]]),
  ] as const;
  return (
    <Dialog title={item.title} isOpen onClose={onClose}>
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label} className="calendar-fact">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {item.note !== "" && <p className="calendar-note">{item.note}</p>}
      <div className="dialog-actions">
        {course?.mayTeach === true && (
          <>
            {removals.map(({ id, label, run }) => (
              <Button
                key={id}
                look="quiet"
                onPress={() => {
                  run();
                  onClose();
                }}
              >
                {label}
              </Button>
            ))}
            <Button onPress={() => onEdit(item)}>{text("calendar.edit")}</Button>
          </>
        )}
        <Button look="primary" onPress={onClose} autoFocus>
          {text("calendar.done")}
        </Button>
      </div>
    </Dialog>
  );
}

export interface DayDialogProps {
  readonly day: Day;
  readonly items: readonly Item[];
  readonly courses: readonly CalendarCourse[];
  readonly mayAdd: boolean;
  readonly onAdd: () => void;
  readonly onEdit: (item: Item) => void;
  readonly onClose: () => void;
}

export function DayDialog({ day, items, courses, mayAdd, onAdd, onEdit, onClose }: DayDialogProps) {
  const text = useText();
  const change = clockChangeText(day, text);
  return (
    <Dialog title={dayText(day.key)} isOpen onClose={onClose}>
      {change !== null && <p className="soft">{change}</p>}
      {items.length === 0 ? (
        <p className="soft">{text("calendar.emptyDay")}</p>
      ) : (
        <ul className="list">
          {items.map((item) => (
            <ItemRow
              key={`${item.kind}-${item.subjectId}`}
              item={item}
              day={day}
              course={courses.find(({ courseId }) => courseId === item.courseId)}
              onEdit={onEdit}
            />
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        {mayAdd && (
          <Button icon="plus" onPress={onAdd}>
            {text("calendar.add")}
          </Button>
        )}
        <Button look="primary" onPress={onClose} autoFocus>
          {text("calendar.done")}
        </Button>
      </div>
    </Dialog>
  );
}
