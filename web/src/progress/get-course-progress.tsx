/** How far a student is in a course: their own page, and the one that those who teach open for anybody. */
import { Link, useParams } from "@tanstack/react-router";
import { dateTimeIn } from "../assignments/course-dates.ts";
import type { ReadOutput } from "../contract.ts";
import { useCourse } from "../courses/course-context.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { LockReasons } from "../materials/lock-reasons.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { Badge, EmptyState } from "../ui/pieces.tsx";
import { ProgressBar } from "../ui/progress.tsx";
import { useText } from "../ui/text.ts";
import { StudentsProgress } from "./list-student-progress.tsx";
import "./messages.ts";
import "./progress.css";
import { stateTones } from "./state-tones.ts";

type Progress = ReadOutput<"progress.getCourseProgress">;
type Item = Progress["modules"][number]["items"][number];

/** Students see their own; those who teach see everybody's. */
export function ProgressPage() {
  const { courseId, mayTeach } = useCourse();
  return mayTeach ? <StudentsProgress courseId={courseId} /> : <OneProgress courseId={courseId} />;
}

export function StudentProgressPage() {
  const text = useText();
  const { courseId } = useCourse();
  const { studentId = "" } = useParams({ strict: false });
  return (
    <div className="stack">
      <Link to="/courses/$courseId/progress" params={{ courseId }}>
        {text("progress.back")}
      </Link>
      <OneProgress courseId={courseId} studentId={studentId} />
    </div>
  );
}

export function OneProgress({
  courseId,
  studentId,
  isObserved = false,
}: {
  readonly courseId: string;
  readonly studentId?: string;
  /** Whoever observes the student reads all of it, and opens nothing in the course. */
  readonly isObserved?: boolean;
}) {
  const text = useText();
  const input = studentId === undefined ? { courseId } : { courseId, studentId };
  const progress = useRead("progress.getCourseProgress", input);
  return (
    <section className="stack" aria-labelledby="progress">
      <h2 id="progress">
        {studentId === undefined
          ? text("progress.own")
          : text("progress.of", { name: progress.data?.student.name ?? "…" })}
      </h2>
      <Loaded of={progress}>
        {(data) => <View progress={data} isOwn={studentId === undefined} isObserved={isObserved} />}
      </Loaded>
    </section>
  );
}

function View({
  progress,
  isOwn,
  isObserved,
}: {
  readonly progress: Progress;
  readonly isOwn: boolean;
  readonly isObserved: boolean;
}) {
  const text = useText();
  const { count, next, modules, unnamed } = progress;
  const { courseId } = progress.course;
  if (count.percent === null && modules.length === 0)
    return <EmptyState icon="book" title={text("progress.nothing")} hint={text("progress.nothingText")} />;
  return (
    <div className="stack-wide">
      <div className="stack">
        <div className="card stack-tight">
          <ProgressBar
            label={text("progress.title")}
            percent={count.percent ?? 0}
            detail={
              count.percent === null
                ? text("progress.nothing")
                : text("progress.percent", { percent: count.percent })
            }
          />
          <p>{text("progress.counted", { ...count, percent: count.percent ?? 0 })}</p>
          <p className="faint prose">{text("progress.how")}</p>
          {unnamed > 0 && <p className="faint">{text("progress.unnamed", { count: unnamed })}</p>}
        </div>
        {isOwn && (
          <Notice tone={next?.why === "overdue" ? "warm" : "accent"} title={text("progress.next")}>
            {next === null ? (
              <p>{text("progress.allDone")}</p>
            ) : (
              <p className="row row-apart">
                <span>{text(`progress.why.${next.why}`)}</span>
                <PlaceLink href={addressOf(courseId, next.item)} look="primary" icon="play">
                  {next.item.title}
                </PlaceLink>
              </p>
            )}
          </Notice>
        )}
      </div>
      {modules.map(({ moduleId, title, section, items }) => (
        <section key={moduleId ?? "general"} className="section">
          <div className="row row-apart">
            <h3>
              {section !== null && <span className="faint">{section} · </span>}
              {moduleId === null ? text("progress.general") : title}
            </h3>
            <span className="soft number">
              {text("progress.done", {
                done: items.filter(({ isDone, isCounted }) => isDone && isCounted).length,
                all: items.filter(({ isCounted }) => isCounted).length,
              })}
            </span>
          </div>
          <ul className="list">
            {items.map((item) => (
              <li key={item.id}>
                <ItemLine
                  item={item}
                  courseId={courseId}
                  timeZone={progress.timeZone}
                  isObserved={isObserved}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function addressOf(courseId: string, { kind, id, place, state }: Item): string {
  if (kind === "assignment") return places.assignment(courseId, id);
  return `${places.material(courseId, id)}${place !== null && state === "opened" ? `#page=${place}` : ""}`;
}

function ItemLine({
  item,
  courseId,
  timeZone,
  isObserved,
}: {
  readonly item: Item;
  readonly courseId: string;
  readonly timeZone: string;
  readonly isObserved: boolean;
}) {
  const text = useText();
  const tone = stateTones[item.state];
  return (
    <>
      <Icon name={item.isDone ? "check" : item.kind === "assignment" ? "task" : "file"} />
      <div className="grow">
        {isObserved ? (
          <p className="item-title">{item.title}</p>
        ) : (
          <PlaceLink className="item-title" href={addressOf(courseId, item)}>
            {item.title}
          </PlaceLink>
        )}
        {item.dueAt !== null && (
          <p className="faint">{text("today.dueAt", { when: dateTimeIn(item.dueAt, timeZone) })}</p>
        )}
        {item.state === "locked" && !isObserved && <LockReasons material={{ courseId, locks: item.locks }} />}
        {!item.isCounted && item.state !== "excused" && (
          <p className="faint">{text("progress.notCounted")}</p>
        )}
      </div>
      <Badge {...(tone === undefined ? {} : { tone })}>{text(`progress.state.${item.state}`)}</Badge>
    </>
  );
}
