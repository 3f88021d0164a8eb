/** Today: what is due, what is new, where one was, and what waits for those who teach. */
import { type ReactNode, useEffect, useState } from "react";
import { command } from "../client.ts";
import type { ReadOutput } from "../contract.ts";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Button } from "../ui/button.tsx";
import { Badge, dateTimeText, relativeText, type Tone } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { DueList } from "./due-list.tsx";
import "./messages.ts";
import "./progress.css";

export type Today = ReadOutput<"progress.getToday">;

export function TodayLists({ today }: { readonly today: Today }) {
  useVisit(today.recordsVisit);
  return (
    <div className="today">
      {today.studies && (
        <div className="stack-wide">
          <DueList today={today} />
          <Continue today={today} />
        </div>
      )}
      {today.teaches && <Waiting today={today} />}
      {today.studies && <News today={today} />}
    </div>
  );
}

/** That somebody was here is kept once for a visit; what they see does not wait for it, nor change by it. */
function useVisit(isNew: boolean): void {
  useEffect(() => {
    if (isNew) command("progress.recordVisit", {}).catch(() => undefined);
  }, [isNew]);
}

function Continue({ today: { reading } }: { readonly today: Today }) {
  const text = useText();
  if (reading.length === 0) return null;
  return (
    <section className="section" aria-labelledby="continue">
      <h2 id="continue">{text("today.continue")}</h2>
      <ul className="list">
        {reading.map(({ materialId, courseId, courseCode, title, place, pages, openedAt }) => (
          <li key={materialId}>
            <Line
              href={`${places.material(courseId, materialId)}${pages !== null && place !== null ? `#page=${place}` : ""}`}
              title={title}
            >
              {courseCode} ·{" "}
              {pages !== null && place !== null && `${text("today.continueAt", { page: place, pages })} · `}
              {text("today.opened", { when: relativeText(openedAt) })}
            </Line>
          </li>
        ))}
      </ul>
    </section>
  );
}

type News = Today["news"][number];
const newsTones: Readonly<Record<News["kind"], Tone | undefined>> = {
  material: undefined,
  announcement: "warm",
  grade: "good",
  answer: "accent",
};

function addressOf({ kind, courseId, subjectId }: News): string {
  switch (kind) {
    case "material":
      return places.material(courseId, subjectId);
    case "announcement":
      return `/courses/${courseId}/announcements`;
    case "grade":
      return places.assignment(courseId, subjectId);
    case "answer":
      return `/courses/${courseId}/queries/${subjectId}`;
  }
}

/** More than these are shown when they are asked for: what is new must not bury what stands below. */
const newsShownMax = 7;

function News({ today: { news, newsSince } }: { readonly today: Today }) {
  const text = useText();
  const [isWhole, setWhole] = useState(false);
  const when = dateTimeText(newsSince, true);
  const shown = isWhole ? news : news.slice(0, newsShownMax);
  return (
    <section className="section" aria-labelledby="news">
      <h2 id="news">{text("today.news", { when })}</h2>
      {news.length === 0 ? (
        <p className="soft">{text("today.newsNone", { when })}</p>
      ) : (
        <ul className="list">
          {shown.map((item) => {
            const tone = newsTones[item.kind];
            return (
              <li key={`${item.kind} ${item.subjectId}`}>
                <Line href={addressOf(item)} title={item.title}>
                  {item.courseCode} · {relativeText(item.at)}
                </Line>
                <Badge {...(tone === undefined ? {} : { tone })}>{text(`today.kind.${item.kind}`)}</Badge>
              </li>
            );
          })}
        </ul>
      )}
      {shown.length < news.length && (
        <div>
          <Button onPress={() => setWhole(true)}>{text("today.newsAll", { count: news.length })}</Button>
        </div>
      )}
    </section>
  );
}

function Waiting({ today: { grading, queries } }: { readonly today: Today }) {
  const text = useText();
  return (
    <section className="section" aria-labelledby="waiting">
      <h2 id="waiting">{text("today.waiting")}</h2>
      {grading.length + queries.length === 0 && <p className="soft">{text("today.waitingNone")}</p>}
      {queries.length > 0 && (
        <>
          <h3>{text("today.queries")}</h3>
          <ul className="list">
            {queries.map(({ queryId, courseId, courseCode, title, waitingSince }) => (
              <li key={queryId}>
                <Line href={`/courses/${courseId}/queries/${queryId}`} title={title}>
                  {courseCode} · {text("today.asked", { when: relativeText(waitingSince) })}
                </Line>
              </li>
            ))}
          </ul>
        </>
      )}
      {grading.length > 0 && (
        <>
          <h3>{text("today.grading")}</h3>
          <ul className="list">
            {grading.map(
              ({ assignmentId, courseId, courseCode, title, toGrade, toRelease, waitingSince }) => (
                <li key={assignmentId}>
                  <Line href={places.submissions(courseId, assignmentId)} title={title}>
                    {courseCode} · {text("today.since", { when: relativeText(waitingSince) })}
                  </Line>
                  <span className="row today-counts">
                    {toGrade > 0 && <Badge tone="warm">{text("today.toGrade", { count: toGrade })}</Badge>}
                    {toRelease > 0 && (
                      <Badge tone="accent">{text("today.toRelease", { count: toRelease })}</Badge>
                    )}
                  </span>
                </li>
              ),
            )}
          </ul>
        </>
      )}
    </section>
  );
}

export function Line({
  href,
  title,
  children,
}: {
  readonly href: string;
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="grow">
      <PlaceLink className="item-title" href={href}>
        {title}
      </PlaceLink>
      <p className="faint">{children}</p>
    </div>
  );
}
