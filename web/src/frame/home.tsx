/** Home: what waits for this person, the most pressing first, then their courses. */

import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ComingUp } from "../calendar/coming-up.tsx";
import { read } from "../client.ts";
import type { Assignment, Course, Query } from "../contract.ts";
import { CreateCourseDialog } from "../courses/create-course.tsx";
import { JoinCourseDialog } from "../courses/join-course.tsx";
import { CourseCard } from "../courses/list-courses.tsx";
import { usePages, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Badge, dateTimeText, EmptyState, PageHead, relativeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { Paged } from "./loaded.tsx";
import { mayCreateCourses, useMe } from "./me.ts";
import "./home.css";

/** Courses whose assignments are looked through; more than anybody takes in one term. */
const coursesMax = 12;
const shownMax = 5;

export function Home() {
  const text = useText();
  const me = useMe();
  const courses = usePages("courses.listCourses", {});
  const mine = courses.data?.pages.flatMap(({ items }) => items) ?? [];
  const taught = mine.filter(({ mayTeach }) => mayTeach);
  const studied = mine.filter(({ myRole }) => myRole === "student");
  const due = useDue(studied.slice(0, coursesMax));
  const open = useRead("queries.getQueries", { state: "open", limit: 20 }, { enabled: taught.length > 0 });
  const asked = useRead("queries.getQueries", { limit: 20 }, { enabled: studied.length > 0 });
  const taughtIds = new Set(taught.map(({ courseId }) => courseId));
  const waiting = (open.data?.items ?? []).filter(({ courseId }) => taughtIds.has(courseId));
  const pending = due.filter(({ isHandedIn }) => !isHandedIn);
  const leads = [
    ...(pending.length > 0 ? [text("home.lead.due", { count: pending.length })] : []),
    ...(waiting.length > 0 ? [text("home.lead.waiting", { count: waiting.length })] : []),
  ];

  return (
    <>
      <PageHead
        title={text("home.greeting", { name: me.person.name })}
        documentTitle={text("nav.home")}
        lead={
          mine.length > 0 && (
            <p className="soft">{leads.length > 0 ? leads.join(" ") : text("home.lead.calm")}</p>
          )
        }
      />
      {mine.length > 0 && (
        <div className="home-lists">
          {studied.length > 0 && <DueList due={due} courses={mine} />}
          <ComingUp />
          {taught.length > 0 && (
            <QueryList
              title={text("home.waiting")}
              none={text("home.waitingNone")}
              queries={waiting}
              courses={mine}
            />
          )}
          {studied.length > 0 && (
            <QueryList
              title={text("home.myQueries")}
              none={text("home.myQueriesNone")}
              queries={(asked.data?.items ?? []).filter(({ isOwn }) => isOwn)}
              courses={mine}
            />
          )}
        </div>
      )}
      <section className="section" aria-labelledby="courses">
        <div className="row row-apart">
          <h2 id="courses">{text("home.courses")}</h2>
          {mine.length > 0 && <Link to="/courses">{text("home.allCourses")}</Link>}
        </div>
        <Paged of={courses}>
          {(items) =>
            items.length === 0 ? (
              <NoCourses />
            ) : (
              <ul className="courses">
                {items.map((course) => (
                  <li key={course.courseId}>
                    <CourseCard course={course} />
                  </li>
                ))}
              </ul>
            )
          }
        </Paged>
      </section>
    </>
  );
}

interface Due {
  readonly assignment: Assignment;
  readonly isHandedIn: boolean;
}

/** What the student's courses ask for, the next due date first; handed in, it is told so. */
function useDue(courses: readonly Course[]): readonly Due[] {
  const lists = useQueries({
    queries: courses.map(({ courseId }) => ({
      queryKey: ["assignments.listAssignments", { courseId, limit: 100 }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read("assignments.listAssignments", { courseId, limit: 100 }, signal),
    })),
  });
  const assignments = lists
    .flatMap(({ data }) => data?.items ?? [])
    .filter(({ state }) => state === "published")
    .sort((a, b) => (a.dueAt ?? Number.MAX_SAFE_INTEGER) - (b.dueAt ?? Number.MAX_SAFE_INTEGER))
    .slice(0, 20);
  const handed = useQueries({
    queries: assignments.map(({ assignmentId }) => ({
      queryKey: ["assignments.getMySubmission", { assignmentId }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        read("assignments.getMySubmission", { assignmentId }, signal),
    })),
  });
  return assignments
    .flatMap((assignment, at) => {
      const answer = handed[at]?.data;
      return answer === undefined ? [] : [{ assignment, isHandedIn: answer.submission !== null }];
    })
    .sort((a, b) => Number(a.isHandedIn) - Number(b.isHandedIn));
}

function DueList({ due, courses }: { readonly due: readonly Due[]; readonly courses: readonly Course[] }) {
  const text = useText();
  return (
    <section className="section" aria-labelledby="due">
      <h2 id="due">{text("home.due")}</h2>
      {due.length === 0 ? (
        <p className="soft">{text("home.dueNone")}</p>
      ) : (
        <ul className="list">
          {due.slice(0, shownMax).map(({ assignment, isHandedIn }) => (
            <li key={assignment.assignmentId}>
              <div className="grow">
                <Link
                  className="item-title"
                  to="/courses/$courseId/assignments/$assignmentId"
                  params={{ courseId: assignment.courseId, assignmentId: assignment.assignmentId }}
                >
                  {assignment.title}
                </Link>
                <p className="faint">
                  {codeOf(courses, assignment.courseId)} ·{" "}
                  {assignment.dueAt === null
                    ? text("home.noDue")
                    : text("home.dueAt", { when: dateTimeText(assignment.dueAt) })}
                </p>
              </div>
              {isHandedIn ? (
                <Badge tone="good">{text("home.handedIn")}</Badge>
              ) : assignment.isPastDue ? (
                <Badge tone="danger">{text("home.late")}</Badge>
              ) : (
                assignment.dueAt !== null && <Badge tone="warm">{relativeText(assignment.dueAt)}</Badge>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface QueryListProps {
  readonly title: string;
  readonly none: string;
  readonly queries: readonly Query[];
  readonly courses: readonly Course[];
}

function QueryList({ title, none, queries, courses }: QueryListProps) {
  const text = useText();
  return (
    <section className="section" aria-label={title}>
      <h2>{title}</h2>
      {queries.length === 0 ? (
        <p className="soft">{none}</p>
      ) : (
        <ul className="list">
          {queries.slice(0, shownMax).map((query) => (
            <li key={query.queryId}>
              <div className="grow">
                <Link
                  className="item-title"
                  to="/courses/$courseId/queries/$queryId"
                  params={{ courseId: query.courseId, queryId: query.queryId }}
                >
                  {query.title}
                </Link>
                <p className="faint">
                  {codeOf(courses, query.courseId)} · {query.asker?.name ?? text("query.anonymous")} ·{" "}
                  {text("home.since", { when: relativeText(query.waitingSince ?? query.createdAt) })}
                </p>
              </div>
              <Badge tone={query.state === "open" ? "warm" : "good"}>
                {text(`query.state.${query.state}`)}
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function codeOf(courses: readonly Course[], courseId: string): string {
  return courses.find((course) => course.courseId === courseId)?.code ?? "";
}

function NoCourses() {
  const text = useText();
  const me = useMe();
  const [dialog, setDialog] = useState<"create" | "join" | null>(null);
  const isAdmin = me.roles.includes("admin");
  const isTeacher = me.roles.includes("instructor");
  const kind = isAdmin ? "Admin" : isTeacher ? "Teach" : "Student";
  return (
    <EmptyState icon="book" title={text(`home.empty${kind}`)} hint={text(`home.empty${kind}Hint`)}>
      <div className="row">
        {mayCreateCourses(me) && (
          <Button look="primary" icon="plus" onPress={() => setDialog("create")}>
            {text("courses.create")}
          </Button>
        )}
        {isAdmin ? (
          <>
            <Link to="/courses" className="button" data-look="plain">
              {text("home.allCourses")}
            </Link>
            <Link to="/people" className="button" data-look="plain">
              {text("home.invitePeople")}
            </Link>
          </>
        ) : (
          <Button
            {...(mayCreateCourses(me) ? {} : { look: "primary" as const })}
            icon="key"
            onPress={() => setDialog("join")}
          >
            {text("courses.join")}
          </Button>
        )}
      </div>
      <CreateCourseDialog isOpen={dialog === "create"} onClose={() => setDialog(null)} term="" />
      <JoinCourseDialog isOpen={dialog === "join"} onClose={() => setDialog(null)} />
    </EmptyState>
  );
}
