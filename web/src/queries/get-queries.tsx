/** The queries that somebody may see: to those who teach what waits longest first, to students their own. */
import { Link, Navigate, useLocation } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Course, Query } from "../contract.ts";
import { isOpen, useCourse } from "../courses/course-context.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Icon } from "../ui/icon.tsx";
import { EmptyState, PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { aboutFrom } from "./about.tsx";
import { QueryRow } from "./query-row.tsx";
import { type Shown, StateFilter } from "./state-filter.tsx";
import "./messages.ts";
import "./queries.css";

/** The queries of the course around it. */
export function CourseQueriesPage() {
  return <QueriesTab course={useCourse()} />;
}

export function QueriesTab({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId, mayTeach } = course;
  const search = useLocation({ select: (location) => location.search as Record<string, unknown> });
  const [shown, setShown] = useState<Shown>(mayTeach ? "open" : "all");
  const mayAsk = course.myRole === "student" && isOpen(course);
  // Pages that show something lead here to ask about it: ?ask=1 and what it is.
  if (mayAsk && search.ask !== undefined) {
    const about = aboutFrom(search);
    return <Navigate to="/courses/$courseId/queries/new" params={{ courseId }} search={about} replace />;
  }
  const ask = (
    <Link to="/courses/$courseId/queries/new" params={{ courseId }} className="button" data-look="primary">
      <Icon name="plus" />
      {text("queries.ask")}
    </Link>
  );
  return (
    <section className="stack" aria-label={text("queries.title")}>
      <div className="row row-apart">
        <StateFilter shown={shown} onChange={setShown} />
        <div className="row">
          <Link
            to="/search"
            search={{ kind: "query", course: courseId }}
            className="button"
            data-look="quiet"
          >
            <Icon name="search" />
            {text("queries.search")}
          </Link>
          {mayAsk && ask}
        </div>
      </div>
      <QueryList
        courseId={courseId}
        shown={shown}
        empty={
          mayTeach ? (
            <EmptyState
              icon="query"
              title={text("queries.empty.staff")}
              hint={text("queries.empty.staffText")}
            />
          ) : (
            <EmptyState
              icon="query"
              title={text("queries.empty.student")}
              hint={text("queries.empty.studentText")}
            />
          )
        }
      />
    </section>
  );
}

/** The queries of all courses that somebody teaches or studies in. */
export function QueriesPage() {
  const text = useText();
  const [shown, setShown] = useState<Shown>("all");
  const courses = usePages("courses.listCourses", {});
  const codes = new Map(
    courses.data?.pages.flatMap((page) => page.items).map((course) => [course.courseId, course.code]),
  );
  const isNowhere = courses.data !== undefined && codes.size === 0;
  return (
    <>
      <PageHead title={text("queries.title")} />
      <div className="stack">
        <StateFilter shown={shown} onChange={setShown} />
        <QueryList
          shown={shown}
          codes={codes}
          empty={
            <EmptyState
              icon="query"
              title={text(isNowhere ? "queries.empty.nowhere" : "queries.empty.every")}
              hint={text(isNowhere ? "queries.empty.nowhereText" : "queries.empty.everyText")}
            />
          }
        />
      </div>
    </>
  );
}

interface QueryListProps {
  readonly courseId?: string;
  readonly shown: Shown;
  /** By the course's id, where queries of several courses stand together. */
  readonly codes?: ReadonlyMap<string, string>;
  readonly empty: ReactNode;
}

function QueryList({ courseId, shown, codes, empty }: QueryListProps) {
  const text = useText();
  const list = usePages("queries.getQueries", {
    ...(courseId === undefined ? {} : { courseId }),
    ...(shown === "all" ? {} : { state: shown }),
  });
  return (
    <Paged of={list}>
      {(queries: readonly Query[]) => {
        if (queries.length === 0)
          return shown === "all" || shown === "open" ? (
            empty
          ) : (
            <EmptyState
              icon="query"
              title={text("queries.empty.filtered")}
              hint={text("queries.empty.filteredText")}
            />
          );
        return (
          <ul className="list" aria-label={text("queries.list")}>
            {queries.map((query) => (
              <QueryRow
                key={query.queryId}
                query={query}
                isOwn={query.isOwn}
                code={codes?.get(query.courseId) ?? null}
              />
            ))}
          </ul>
        );
      }}
    </Paged>
  );
}
