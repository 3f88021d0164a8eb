/**
 * The calendar as a grid of weeks: a table, so that a screen reader says the day of the week with each cell. The days are
 * one stop of the tab key, and the arrow keys go from one to the next; what stands in them follows.
 */
import { type KeyboardEvent, useRef } from "react";
import { hueOf } from "../courses/spine.tsx";
import { useText } from "../ui/text.ts";
import { type Day, daysLater } from "./days.ts";
import type { CalendarCourse, Item } from "./event-dialog.tsx";
import { ItemLink } from "./item-row.tsx";
import { clockChangeText, clockText, dayText } from "./item-text.ts";
import "./calendar.css";
import "./messages.ts";

/** Items that a cell of a month has room for; the rest is behind a button. */
const shownMax = 3;

export interface CalendarGridProps {
  readonly label: string;
  readonly days: readonly Day[];
  readonly items: ReadonlyMap<string, readonly Item[]>;
  readonly courses: readonly CalendarCourse[];
  readonly today: string;
  /** The day at which the keyboard is. */
  readonly day: string;
  readonly isWeek: boolean;
  /** Goes to a day, which may lie in another month. */
  readonly onDay: (day: string) => void;
  readonly onOpenDay: (day: Day) => void;
  readonly onOpenItem: (item: Item, day: Day) => void;
}

export function CalendarGrid(props: CalendarGridProps) {
  const { label, days, today, day, isWeek, onDay } = props;
  const table = useRef<HTMLTableElement>(null);
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  const [first] = weeks;

  function move(event: KeyboardEvent<HTMLButtonElement>, from: string) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isRightToLeft = document.documentElement.dir === "rtl";
    const column = days.findIndex(({ key }) => key === from) % 7;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: isRightToLeft ? 1 : -1,
      ArrowRight: isRightToLeft ? -1 : 1,
      ArrowUp: -7,
      ArrowDown: 7,
      Home: -column,
      End: 6 - column,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = daysLater(from, step);
    onDay(next);
    // In another month the table is there a moment later, with its days.
    requestAnimationFrame(() =>
      table.current?.querySelector<HTMLButtonElement>(`[data-day="${next}"]`)?.focus(),
    );
  }

  return (
    <table ref={table} className="calendar-grid" aria-label={label} {...(isWeek ? { "data-week": "" } : {})}>
      <thead>
        <tr>
          {(first ?? []).map(({ key }) => (
            <th key={key} scope="col" abbr={dayText(key, { day: undefined, month: undefined })}>
              {dayText(key, { weekday: "short", day: undefined, month: undefined })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]?.key}>
            {week.map((each) => (
              <Cell
                key={each.key}
                {...props}
                ofDay={each}
                isToday={each.key === today}
                isStop={each.key === day}
                onKey={move}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps extends CalendarGridProps {
  readonly ofDay: Day;
  readonly isToday: boolean;
  readonly isStop: boolean;
  readonly onKey: (event: KeyboardEvent<HTMLButtonElement>, day: string) => void;
}

function Cell(props: CellProps) {
  const { ofDay, items, courses, isToday, isStop, isWeek, onKey, onDay, onOpenDay, onOpenItem } = props;
  const text = useText();
  const { key, isOfMonth } = ofDay;
  const all = items.get(key) ?? [];
  const shown = isWeek || all.length <= shownMax ? all : all.slice(0, shownMax - 1);
  const change = clockChangeText(ofDay, text);
  // The first of a month is shown with its month, and is called by the same words.
  const month = key.endsWith("-01") ? "short" : undefined;
  return (
    <td {...(isToday ? { "data-today": "" } : {})} {...(isOfMonth ? {} : { "data-outside": "" })}>
      <button
        type="button"
        className="calendar-date"
        data-day={key}
        tabIndex={isStop ? 0 : -1}
        aria-label={`${dayText(key, { month: month ?? "long" })}, ${text("calendar.count", { count: all.length })}`}
        {...(isToday ? { "aria-current": "date" } : {})}
        onFocus={() => {
          if (!isStop) onDay(key);
        }}
        onKeyDown={(event) => onKey(event, key)}
        onClick={() => onOpenDay(ofDay)}
      >
        {dayText(key, { weekday: undefined, month })}
      </button>
      {change !== null && <p className="calendar-clocks">{change}</p>}
      <ul className="calendar-items">
        {shown.map((item) => (
          <li key={`${item.kind}-${item.subjectId}`}>
            <Chip
              item={item}
              day={ofDay}
              course={courses.find(({ courseId }) => courseId === item.courseId)}
              isWeek={isWeek}
              onOpen={onOpenItem}
            />
          </li>
        ))}
      </ul>
      {shown.length < all.length && (
        <button type="button" className="calendar-more" onClick={() => onOpenDay(ofDay)}>
          {text("calendar.moreOfDay", { count: all.length - shown.length })}
          <span className="visually-hidden"> {dayText(key)}</span>
        </button>
      )}
    </td>
  );
}

interface ChipProps {
  readonly item: Item;
  readonly day: Day;
  readonly course: CalendarCourse | undefined;
  readonly isWeek: boolean;
  readonly onOpen: (item: Item, day: Day) => void;
}

function Chip({ item, day, course, isWeek, onOpen }: ChipProps) {
  const text = useText();
  const { kind, title, startsAt, place } = item;
  const isBegun = startsAt < day.from;
  const lines = (
    <>
      <span
        className="calendar-hue"
        aria-hidden="true"
        style={{ background: `var(--hue-${hueOf(course?.code ?? "")})` }}
      />
      <span className="calendar-chip-text">
        {!isBegun && (
          <span className="calendar-hour">{clockText(startsAt, { isNamed: day.clockChange !== 0 })} </span>
        )}
        {kind !== "event" && kind !== "announcement" && (
          <span className="calendar-what">{text(`calendar.kind.${kind}`)} </span>
        )}
        {title}
        {isWeek && (
          <span className="calendar-where">
            {[course?.code ?? "", place].filter((part) => part !== "").join(" · ")}
          </span>
        )}
      </span>
    </>
  );
  if (kind !== "event")
    return (
      <ItemLink item={item} className={item.isDraft ? "calendar-chip calendar-chip-draft" : "calendar-chip"}>
        {lines}
      </ItemLink>
    );
  return (
    <button type="button" className="calendar-chip" onClick={() => onOpen(item, day)}>
      {lines}
    </button>
  );
}
