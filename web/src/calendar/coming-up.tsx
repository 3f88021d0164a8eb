/** What takes place, opens and closes within a week: the calendar's word on the home page. What is due stands there already. */
import { Link } from "@tanstack/react-router";
import { zoneName } from "../assignments/local-time.ts";
import { useRead } from "../data.ts";
import { useText } from "../ui/text.ts";
import { type Day, dayAt, daysLater, daysShown } from "./days.ts";
import type { Item } from "./event-dialog.tsx";
import { ItemLink } from "./item-row.tsx";
import { dayText, hoursText } from "./item-text.ts";
import "./calendar.css";
import "./messages.ts";

const shownMax = 5;

export function ComingUp() {
  const text = useText();
  const timeZone = zoneName();
  const today = dayAt(Date.now(), timeZone);
  // Seven days from this one, wherever the week begins.
  const firstWeekday = new Date(`${today}T12:00Z`).getUTCDay() || 7;
  const days = daysShown({ view: "week", day: today, timeZone, firstWeekday });
  const [first, last] = [days[0], days.at(-1)];
  const calendar = useRead("calendar.getCalendar", { from: first?.from ?? 0, to: last?.to ?? 1 });
  const courses = calendar.data?.courses ?? [];
  const now = Date.now();
  const items = (calendar.data?.items ?? []).filter(
    ({ kind, startsAt, endsAt }) => kind !== "due" && kind !== "announcement" && (endsAt ?? startsAt) >= now,
  );
  const byId = new Map(courses.map((course) => [course.courseId, course]));
  // Where a course goes by another clock, its due dates above are told by that one.
  const isOtherClock = items.some(({ courseId }) => {
    const zone = byId.get(courseId)?.timeZone;
    return zone !== undefined && zone !== timeZone;
  });
  return (
    <section className="section" aria-labelledby="coming-up">
      <div className="row row-apart">
        <h2 id="coming-up">{text("calendar.comingUp")}</h2>
        <Link to="/calendar">{text("calendar.toCalendar")}</Link>
      </div>
      {isOtherClock && <p className="soft">{text("calendar.lead", { zone: timeZone })}</p>}
      {items.length === 0 ? (
        <p className="soft">{text("calendar.comingUpNone")}</p>
      ) : (
        <ul className="list">
          {items.slice(0, shownMax).map((item) => (
            <li key={`${item.kind}-${item.subjectId}`}>
              <div className="grow">
                {item.kind === "event" ? (
                  <span className="item-title">{item.title}</span>
                ) : (
                  <ItemLink item={item} className="item-title">
                    {`${text(`calendar.kind.${item.kind}`)}: ${item.title}`}
                  </ItemLink>
                )}
                <p className="faint">
                  {[whenText(item, days, today, text), byId.get(item.courseId)?.code ?? "", item.place]
                    .filter((part) => part !== "")
                    .join(" · ")}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** `Today 10:00–11:30`, `Tomorrow 9:00`, `Wednesday 25 November 10:00`. */
function whenText(item: Item, days: readonly Day[], today: string, text: ReturnType<typeof useText>): string {
  const day = days.find(({ from, to }) => item.startsAt >= from && item.startsAt < to) ?? days[0];
  if (day === undefined) return "";
  const name =
    day.key === today
      ? text("calendar.today")
      : day.key === daysLater(today, 1)
        ? text("calendar.tomorrow")
        : dayText(day.key);
  return `${name} ${hoursText(item, day, zoneName(), text)}`;
}
