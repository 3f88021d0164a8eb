/** A month of everything dated in one's courses, day by day: a list, so that phone, keyboard and screen reader have the same. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { zoneName } from "../assignments/local-time.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { Badge, dateTimeText, EmptyState, PageHead } from "../ui/pieces.tsx";
import { locale, useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { type CalendarCourse, EventDialog, type Item } from "./event-dialog.tsx";
import { FeedDialog } from "./open-feed.tsx";
import "./calendar.css";
import "./messages.ts";

type Open = { readonly kind: "add" | "feed" } | { readonly kind: "edit"; readonly item: Item } | null;

const tones = {
  due: "warm",
  until: "danger",
  available: "good",
  event: "accent",
  material_available: "good",
  material_until: "danger",
} as const;

export function CalendarPage() {
  const text = useText();
  // Months from this one: 0 is now, in the reader's time.
  const [offset, setOffset] = useState(0);
  const [open, setOpen] = useState<Open>(null);
  const today = new Date();
  const first = new Date(today.getFullYear(), today.getMonth() + offset, 1);
  const next = new Date(today.getFullYear(), today.getMonth() + offset + 1, 1);
  const calendar = useRead("calendar.getCalendar", { from: first.getTime(), to: next.getTime() });
  const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric" }).format(first);
  const taught = calendar.data?.courses.filter(({ mayTeach }) => mayTeach) ?? [];
  const close = () => setOpen(null);
  return (
    <div className="stack-wide">
      <PageHead
        title={text("calendar.title")}
        lead={<p className="soft">{text("calendar.lead", { zone: zoneName() })}</p>}
        actions={
          taught.length > 0 && (
            <Button look="primary" icon="plus" onPress={() => setOpen({ kind: "add" })}>
              {text("calendar.add")}
            </Button>
          )
        }
      />
      <div className="row row-apart">
        <h2 aria-live="polite">{month}</h2>
        <div className="row">
          <IconButton icon="back" label={text("calendar.before")} onPress={() => setOffset(offset - 1)} />
          <Button isDisabled={offset === 0} onPress={() => setOffset(0)}>
            {text("calendar.today")}
          </Button>
          <IconButton icon="next" label={text("calendar.after")} onPress={() => setOffset(offset + 1)} />
        </div>
      </div>
      <Loaded of={calendar}>
        {({ items, courses, isComplete }) => (
          <>
            {items.length === 0 ? (
              <EmptyState
                icon="clock"
                title={text("calendar.empty", { month })}
                hint={text("calendar.emptyHint")}
              />
            ) : (
              [...Map.groupBy(items, dayOf)].map(([day, ofDay]) => (
                <section key={day} className="calendar-day" aria-labelledby={`day-${day}`}>
                  <h3 id={`day-${day}`} {...(day === dayKey(today) ? { "data-today": "" } : {})}>
                    {new Intl.DateTimeFormat(locale, {
                      weekday: "long",
                      day: "numeric",
                      month: "long",
                    }).format(new Date(`${day}T12:00`))}
                  </h3>
                  <ul className="list">
                    {ofDay.map((item) => (
                      <ItemRow
                        key={`${item.kind}-${item.subjectId}`}
                        item={item}
                        course={courses.find(({ courseId }) => courseId === item.courseId)}
                        onEdit={() => setOpen({ kind: "edit", item })}
                      />
                    ))}
                  </ul>
                </section>
              ))
            )}
            {!isComplete && <p className="soft">{text("calendar.more")}</p>}
          </>
        )}
      </Loaded>
      <div>
        <Button look="quiet" icon="clock" onPress={() => setOpen({ kind: "feed" })}>
          {text("calendar.subscribe")}
        </Button>
      </div>
      <FeedDialog isOpen={open?.kind === "feed"} onClose={close} />
      <EventDialog
        courses={taught}
        item={open?.kind === "edit" ? open.item : null}
        isOpen={open?.kind === "add" || open?.kind === "edit"}
        onClose={close}
      />
    </div>
  );
}

interface ItemRowProps {
  readonly item: Item;
  readonly course: CalendarCourse | undefined;
  readonly onEdit: () => void;
}

function ItemRow({ item, course, onEdit }: ItemRowProps) {
  const text = useText();
  const { run } = useCommand("calendar.removeEvent");
  const { kind, subjectId, title, place, note, startsAt } = item;

  async function remove(following: boolean) {
    await run({ eventId: subjectId, following });
    toast(
      text("calendar.removed", { title }),
      () => void run({ eventId: subjectId, following, restore: true }),
    );
  }

  const removals = [
    { id: "remove", label: text("calendar.remove"), isDangerous: true, run: () => void remove(false) },
    {
      id: "following",
      label: text("calendar.removeFollowing"),
      isDangerous: true,
      run: () => void remove(true),
    },
  ];
  return (
    <li>
      <span className="calendar-time">{hoursText(item, text)}</span>
      <div className="grow">
        <ItemTitle item={item} />
        <p className="faint">
          {[
            course?.code ?? "",
            place,
            course !== undefined && course.timeZone !== zoneName()
              ? text("calendar.there", { time: clockText(startsAt, course.timeZone), zone: course.timeZone })
              : "",
          ]
            .filter((part) => part !== "")
            .join(" · ")}
        </p>
        {note !== "" && <p className="soft calendar-note">{note}</p>}
      </div>
      {item.isDraft && <Badge>{text("calendar.draft")}</Badge>}
      <Badge {...(kind === "announcement" ? {} : { tone: tones[kind] })}>
        {text(`calendar.kind.${kind}`)}
      </Badge>
      {kind === "event" && course?.mayTeach === true && (
        <Menu
          label={text("calendar.actions", { title })}
          actions={[
            { id: "edit", label: text("calendar.edit"), run: onEdit },
            ...removals.slice(0, item.inSeries ? 2 : 1),
          ]}
        />
      )}
    </li>
  );
}

function ItemTitle({ item: { kind, courseId, subjectId, title } }: { readonly item: Item }) {
  if (kind === "event") return <span className="item-title">{title}</span>;
  return kind === "announcement" ? (
    <Link
      className="item-title"
      to="/courses/$courseId/announcements/$announcementId"
      params={{ courseId, announcementId: subjectId }}
    >
      {title}
    </Link>
  ) : kind === "material_available" || kind === "material_until" ? (
    <Link
      className="item-title"
      to="/courses/$courseId/materials/$materialId"
      params={{ courseId, materialId: subjectId }}
    >
      {title}
    </Link>
  ) : (
    <Link
      className="item-title"
      to="/courses/$courseId/assignments/$assignmentId"
      params={{ courseId, assignmentId: subjectId }}
    >
      {title}
    </Link>
  );
}

/** When: a moment, from one hour to another, or to the hour of another day. */
function hoursText({ startsAt, endsAt }: Item, text: ReturnType<typeof useText>): string {
  if (endsAt === null) return clockText(startsAt);
  if (dayKey(new Date(startsAt)) === dayKey(new Date(endsAt)))
    return `${clockText(startsAt)}–${clockText(endsAt)}`;
  return `${clockText(startsAt)} ${text("calendar.until", { when: dateTimeText(endsAt) })}`;
}

function clockText(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

function dayOf({ startsAt }: Item): string {
  return dayKey(new Date(startsAt));
}

/** `2026-11-21` in the reader's time. */
function dayKey(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
