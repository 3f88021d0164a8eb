/** The head of a course and its parts as tabs; what stands below gets the course by `useCourse`. */
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { CallError } from "../client.ts";
import type { Course } from "../contract.ts";
import { useRead } from "../data.ts";
import { Markdown } from "../materials/markdown.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { EmptyState, PageHead, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { CourseContext, isOpen } from "./course-context.ts";
import { StateBadge, StateNotice } from "./course-state.tsx";
import { JoinCourseDialog } from "./join-course.tsx";
import { PreviewCourse } from "./preview-course.tsx";
import { RoleBadge } from "./role-badge.tsx";
import "./announcements.css";
import "./course-pages.css";
import "./messages.ts";

/** The course in the address, with the part of it that is open. */
export function CoursePage() {
  const { courseId = "" } = useParams({ strict: false });
  return (
    <CourseLayout courseId={courseId}>
      <Outlet />
    </CourseLayout>
  );
}

export interface CourseLayoutProps {
  readonly courseId: string;
  readonly children: ReactNode;
}

export function CourseLayout({ courseId, children }: CourseLayoutProps) {
  const { data: course, error, refetch } = useRead("courses.getCourse", { courseId });
  if (course !== undefined)
    return (
      <CourseContext value={course}>
        <CourseHead course={course} />
        <StateNotice course={course} />
        {children}
      </CourseContext>
    );
  if (error instanceof CallError && error.status === 404) return <CourseNotFound />;
  return (
    <div className="stack-wide">
      {error !== null ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <span className="skeleton course-title-skeleton" />
          <Skeleton lines={4} />
        </>
      )}
    </div>
  );
}

function CourseHead({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId } = course;
  const pathname = useLocation({ select: (location) => location.pathname });
  const bar = useRef<HTMLElement>(null);
  const shown = tabsOf(course);
  const open = shown.findLast(({ to }) => pathname.startsWith(to.replace("$courseId", courseId)));
  const openPart = open?.part;
  const unread = useRead("courses.countUnreadAnnouncements", { courseId }).data?.items[0]?.unread ?? 0;
  useEffect(() => {
    // On a phone the bar is wider than the screen; the part that is open must not be hidden beyond its edge. The count
    // widens the bar when it comes. The bar is moved by hand: after `scrollIntoView` the first press of Tab would begin here,
    // past the way to the content.
    const tab = openPart === undefined ? null : bar.current?.querySelector("[aria-current=page]");
    if (bar.current == null || tab == null) return;
    const [around, within] = [bar.current.getBoundingClientRect(), tab.getBoundingClientRect()];
    bar.current.scrollLeft += within.left + within.width / 2 - (around.left + around.width / 2);
  }, [openPart, unread > 0]);
  return (
    <>
      <PageHead
        title={course.title}
        documentTitle={
          open === undefined
            ? course.title
            : `${text(`course.${open.part}`)} · ${course.code} ${course.title}`
        }
        path={
          <p className="row soft">
            <strong>{course.code}</strong>
            <span>{course.term}</span>
            <RoleBadge role={course.myRole} />
            <StateBadge state={course.state} />
          </p>
        }
        actions={
          course.mayTeach ? (
            <>
              {isOpen(course) && <PreviewCourse courseId={courseId} />}
              {course.mayManage && (
                <Link
                  to="/courses/$courseId/settings"
                  params={{ courseId }}
                  className="button"
                  data-look="plain"
                >
                  {text("settings.link")}
                </Link>
              )}
            </>
          ) : undefined
        }
      />
      <nav ref={bar} className="tabs course-tabs" aria-label={text("course.tabs")}>
        {shown.map(({ part, to }) => (
          <Link
            key={part}
            to={to}
            params={{ courseId }}
            className="tab"
            activeOptions={{ exact: part === "contents" }}
          >
            {text(`course.${part}`)}
            {part === "announcements" && <UnreadAnnouncements count={unread} />}
          </Link>
        ))}
      </nav>
      {open?.part === "contents" && course.summary !== "" && (
        <div className="course-summary">
          <Markdown source={course.summary} />
        </div>
      )}
    </>
  );
}

/** How many announcements wait to be read; nothing while there are none. */
function UnreadAnnouncements({ count }: { readonly count: number }) {
  const text = useText();
  if (count === 0) return null;
  return (
    <span className="tab-count">
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">{text("announcements.unread", { count })}</span>
    </span>
  );
}

interface Tab {
  readonly part:
    | "contents"
    | "announcements"
    | "assignments"
    | "queries"
    | "people"
    | "groups"
    | "grades"
    | "progress";
  readonly to:
    | "/courses/$courseId"
    | "/courses/$courseId/announcements"
    | "/courses/$courseId/assignments"
    | "/courses/$courseId/queries"
    | "/courses/$courseId/people"
    | "/courses/$courseId/groups"
    | "/courses/$courseId/grades"
    | "/courses/$courseId/progress";
}

const tabs: readonly Tab[] = [
  { part: "contents", to: "/courses/$courseId" },
  { part: "announcements", to: "/courses/$courseId/announcements" },
  { part: "assignments", to: "/courses/$courseId/assignments" },
  { part: "queries", to: "/courses/$courseId/queries" },
  { part: "people", to: "/courses/$courseId/people" },
  { part: "groups", to: "/courses/$courseId/groups" },
  { part: "grades", to: "/courses/$courseId/grades" },
  { part: "progress", to: "/courses/$courseId/progress" },
];

/** The parts that this person may open; an observer sees nothing that people ask or hand in. */
function tabsOf({ mayTeach, myRole }: Course): readonly Tab[] {
  const takesPart = mayTeach || myRole === "student";
  return tabs.filter(({ part }) => {
    if (part === "people") return mayTeach;
    return takesPart || part === "contents" || part === "announcements" || part === "assignments";
  });
}

function CourseNotFound() {
  const text = useText();
  const [isJoining, setJoining] = useState(false);
  return (
    <>
      <PageHead title={text("course.notFound")} />
      <EmptyState icon="book" title={text("course.notFoundTitle")} hint={text("course.notFoundHint")}>
        <div className="row">
          <Button look="primary" icon="key" onPress={() => setJoining(true)}>
            {text("courses.join")}
          </Button>
          <Link to="/" className="button" data-look="plain">
            {text("course.backToCourses")}
          </Link>
        </div>
      </EmptyState>
      <JoinCourseDialog isOpen={isJoining} onClose={() => setJoining(false)} />
    </>
  );
}
