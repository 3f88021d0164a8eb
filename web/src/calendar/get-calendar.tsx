/**
 * Everything dated in one's courses: a month or a week as a grid, or day by day as a list, which is what a phone shows.
 * What is looked at stands in the address, so that it can be kept and gone back to.
 */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { zoneName } from "../assignments/local-time.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { useMedia } from "../ui/media.ts";
import { EmptyState, PageHead } from "../ui/pieces.tsx";
import { Segments } from "../ui/segments.tsx";
import { useText } from "../ui/text.ts";
import { CalendarGrid } from "./calendar-grid.tsx";
import {
  type Day,
  dayAfter,
  dayAt,
  dayOfAddress,
  daysShown,
  isView,
  itemsByDay,
  type View,
  views,
} from "./days.ts";
import { type CalendarCourse, EventDialog, type Item } from "./event-dialog.tsx";
import { DayDialog, ItemDialog } from "./item-dialog.tsx";
import { ItemRow } from "./item-row.tsx";
import { clockChangeText, dayText, firstWeekday } from "./item-text.ts";
import { FeedDialog } from "./open-feed.tsx";
import "./calendar.css";
import "./messages.ts";

type Open =
  | { readonly kind: "feed" }
  | { readonly kind: "add"; readonly day: string | null }
  | { readonly kind: "edit"; readonly item: Item }
  | { readonly kind: "item"; readonly item: Item; readonly day: Day }
  | { readonly kind: "day"; readonly day: Day }
  | null;

interface Address {
  readonly view?: string;
  readonly day?: string;
  readonly course?: string;
}

export function CalendarPage() {
  const text = useText();
  const navigate = useNavigate();
  const address = useSearch({ strict: false }) as Address;
  const isNarrow = useMedia("(max-width: 48rem)");
  const [open, setOpen] = useState<Open>(null);
  const timeZone = zoneName();
  const today = dayAt(Date.now(), timeZone);
  const day = dayOfAddress(address.day, Date.now(), timeZone);
  const wished = isView(address.view) ? address.view : "month";
  const view: View = isNarrow ? "agenda" : wished;
  const days = daysShown({ view, day, timeZone, firstWeekday: firstWeekday() });
  const [first, last] = [days[0], days.at(-1)];
  const calendar = useRead("calendar.getCalendar", { from: first?.from ?? 0, to: last?.to ?? 1 });
  const courses = calendar.data?.courses ?? [];
  const taught = courses.filter(({ mayTeach }) => mayTeach);
  const chosen = courses.find(({ courseId }) => courseId === address.course);
  const title =
    view === "week" && first !== undefined && last !== undefined
      ? `${dayText(first.key, { weekday: undefined })} – ${dayText(last.key, { weekday: undefined, year: "numeric" })}`
      : dayText(day, { weekday: undefined, day: undefined, year: "numeric" });
  const close = () => setOpen(null);
  const edit = (item: Item) => setOpen({ kind: "edit", item });

  function go(next: Address) {
    const { view: nextView, day: nextDay, course } = { ...address, ...next };
    void navigate({
      to: "/calendar",
      search: {
        ...(nextView === undefined || nextView === "month" ? {} : { view: nextView }),
        ...(nextDay === undefined || nextDay === today ? {} : { day: nextDay }),
        ...(course === undefined || course === "" ? {} : { course }),
      },
      replace: true,
      resetScroll: false,
    });
  }

  return (
    <div className="stack-wide calendar-page">
      <PageHead
        title={text("calendar.title")}
        lead={<p className="soft">{text("calendar.lead", { zone: timeZone })}</p>}
        actions={
          taught.length > 0 && (
            <Button look="primary" icon="plus" onPress={() => setOpen({ kind: "add", day: null })}>
              {text("calendar.add")}
            </Button>
          )
        }
      />
      <div className="calendar-bar">
        <div className="row">
          <IconButton
            icon="back"
            label={text(view === "week" ? "calendar.weekBefore" : "calendar.before")}
            onPress={() => go({ day: dayAfter(view, day, -1) })}
          />
          <Button isDisabled={day === today} onPress={() => go({ day: today })}>
            {text("calendar.today")}
          </Button>
          <IconButton
            icon="next"
            label={text(view === "week" ? "calendar.weekAfter" : "calendar.after")}
            onPress={() => go({ day: dayAfter(view, day, 1) })}
          />
          <h2 aria-live="polite">{title}</h2>
        </div>
        <div className="row">
          {courses.length > 1 && (
            <Select
              label={text("calendar.filter")}
              options={[
                { value: "", label: text("calendar.allCourses") },
                ...courses.map(({ courseId, code, title: name }) => ({
                  value: courseId,
                  label: `${code} ${name}`,
                })),
              ]}
              value={chosen?.courseId ?? ""}
              onChange={(course) => go({ course })}
            />
          )}
          {!isNarrow && (
            <Segments
              label={text("calendar.view")}
              options={views.map((value) => ({ value, label: text(`calendar.view.${value}`) }))}
              value={view}
              onChange={(next) => go({ view: next })}
            />
          )}
        </div>
      </div>
      <Loaded of={calendar}>
        {({ items, isComplete }) => {
          const shown =
            chosen === undefined ? items : items.filter(({ courseId }) => courseId === chosen.courseId);
          const byDay = itemsByDay(shown, days);
          return (
            <>
              {view === "agenda" ? (
                <Agenda
                  days={days}
                  items={byDay}
                  courses={courses}
                  today={today}
                  month={title}
                  onEdit={edit}
                />
              ) : (
                <CalendarGrid
                  label={title}
                  days={days}
                  items={byDay}
                  courses={courses}
                  today={today}
                  day={day}
                  isWeek={view === "week"}
                  onDay={(next) => go({ day: next })}
                  onOpenDay={(each) => setOpen({ kind: "day", day: each })}
                  onOpenItem={(item, each) => setOpen({ kind: "item", item, day: each })}
                />
              )}
              {!isComplete && <p className="soft">{text("calendar.more")}</p>}
              {open?.kind === "day" && (
                <DayDialog
                  day={open.day}
                  items={byDay.get(open.day.key) ?? []}
                  courses={courses}
                  mayAdd={taught.length > 0}
                  onAdd={() => setOpen({ kind: "add", day: open.day.key })}
                  onEdit={edit}
                  onClose={close}
                />
              )}
            </>
          );
        }}
      </Loaded>
      <div className="row">
        <Button look="quiet" icon="clock" onPress={() => setOpen({ kind: "feed" })}>
          {text("calendar.subscribe")}
        </Button>
      </div>
      <FeedDialog isOpen={open?.kind === "feed"} onClose={close} />
      {open?.kind === "item" && (
        <ItemDialog
          item={open.item}
          day={open.day}
          course={courses.find(({ courseId }) => courseId === open.item.courseId)}
          onEdit={edit}
          onClose={close}
        />
      )}
      <EventDialog
        courses={taught}
        item={open?.kind === "edit" ? open.item : null}
        day={open?.kind === "add" ? open.day : null}
        isOpen={open?.kind === "add" || open?.kind === "edit"}
        onClose={close}
      />
    </div>
  );
}

interface AgendaProps {
  readonly days: readonly Day[];
  readonly items: ReadonlyMap<string, readonly Item[]>;
  readonly courses: readonly CalendarCourse[];
  readonly today: string;
  readonly month: string;
  readonly onEdit: (item: Item) => void;
}

/** The days that hold something, one after the other. */
function Agenda({ days, items, courses, today, month, onEdit }: AgendaProps) {
  const text = useText();
  const filled = days.filter(({ key }) => (items.get(key)?.length ?? 0) > 0);
  if (filled.length === 0)
    return (
      <EmptyState icon="clock" title={text("calendar.empty", { month })} hint={text("calendar.emptyHint")} />
    );
  return filled.map((day) => {
    const change = clockChangeText(day, text);
    return (
      <section key={day.key} className="calendar-day" aria-labelledby={`day-${day.key}`}>
        <h3 id={`day-${day.key}`} {...(day.key === today ? { "data-today": "" } : {})}>
          {dayText(day.key)}
        </h3>
        {change !== null && <p className="faint">{change}</p>}
        <ul className="list">
          {(items.get(day.key) ?? []).map((item) => (
            <ItemRow
              key={`${item.kind}-${item.subjectId}`}
              item={item}
              day={day}
              course={courses.find(({ courseId }) => courseId === item.courseId)}
              onEdit={onEdit}
            />
          ))}
        </ul>
      </section>
    );
  });
}
