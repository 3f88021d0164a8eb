/** What is due, by the reader's own days; on the course's clock too, where that shows another time. */
import { dateTimeIn, timeIn } from "../assignments/course-dates.ts";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Badge, relativeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import type { Today } from "./get-today.tsx";

type Due = Today["due"][number];
const buckets = ["overdue", "today", "week", "later", "undated"] as const;

export function DueList({ today: { due, timeZone } }: { readonly today: Today }) {
  const text = useText();
  return (
    <section className="section" aria-labelledby="due">
      <h2 id="due">{text("today.due")}</h2>
      {due.length === 0 && <p className="soft">{text("today.dueNone")}</p>}
      {buckets.map((bucket) => {
        const items = due.filter((item) => item.bucket === bucket);
        if (items.length === 0) return null;
        return (
          <div key={bucket} className="stack-tight">
            <h3>{text(`today.bucket.${bucket}`)}</h3>
            <ul className="list">
              {items.map((item) => (
                <li key={item.assignmentId} {...(item.isDone ? { "data-done": "" } : {})}>
                  <DueLine item={item} timeZone={timeZone} />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}

function DueLine({ item, timeZone }: { readonly item: Due; readonly timeZone: string }) {
  const text = useText();
  const { dueAt, untilAt, isDone, isOwnDate, state } = item;
  const isClosed = untilAt !== null && untilAt < Date.now();
  const facts = [
    item.courseCode,
    ...(dueAt === null ? [] : [text("today.dueAt", { when: dateTimeIn(dueAt, timeZone) })]),
    ...(dueAt !== null && timeIn(dueAt, timeZone) !== timeIn(dueAt, item.timeZone)
      ? [text("today.courseClock", { when: dateTimeIn(dueAt, item.timeZone) })]
      : []),
    ...(isOwnDate ? [text("today.ownDate")] : []),
    ...(state === "draft" ? [text("today.draft")] : []),
    ...(item.bucket === "overdue" && isClosed ? [text("today.closed")] : []),
    ...(item.bucket === "overdue" && untilAt !== null && !isClosed
      ? [text("today.closesAt", { when: dateTimeIn(untilAt, timeZone) })]
      : []),
  ];
  return (
    <>
      <div className="grow">
        <PlaceLink className="item-title" href={places.assignment(item.courseId, item.assignmentId)}>
          {isDone ? <s>{item.title}</s> : item.title}
        </PlaceLink>
        <p className="faint">{facts.join(" · ")}</p>
      </div>
      {isDone ? (
        <Badge tone="good">{text("today.done")}</Badge>
      ) : (
        dueAt !== null && (
          <Badge tone={item.bucket === "overdue" ? "danger" : "warm"}>{relativeText(dueAt)}</Badge>
        )
      )}
    </>
  );
}
