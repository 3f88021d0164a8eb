/** The head of a course and its parts as tabs; what stands below gets the course by `useCourse`. */
import { Link, useLocation } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { CallError } from "../client.ts";
import type { Course } from "../contract.ts";
import { useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { EmptyState, PageHead, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { CourseContext } from "./course-context.ts";
import { JoinCourseDialog } from "./join-course.tsx";
import { RoleBadge } from "./role-badge.tsx";
import { UpdateCourseDialog } from "./update-course.tsx";
import "./course-pages.css";
import "./messages.ts";

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
        {children}
      </CourseContext>
    );
  if (error instanceof CallError && error.status === 404) return <CourseNotFound />;
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <div className="stack-wide">
      <span className="skeleton course-title-skeleton" />
      <Skeleton lines={4} />
    </div>
  );
}

function CourseHead({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId } = course;
  const pathname = useLocation({ select: (location) => location.pathname });
  const [isEditing, setEditing] = useState(false);
  const tabs = tabsOf(course);
  const open = tabs.find(({ part }) => pathname.startsWith(`/courses/${courseId}/${part}`));
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
          </p>
        }
        actions={
          course.mayManage ? (
            <Button onPress={() => setEditing(true)}>{text("course.edit")}</Button>
          ) : undefined
        }
      />
      <nav className="tabs course-tabs" aria-label={text("course.tabs")}>
        {tabs.map(({ part, icon }) => (
          <Link key={part} to={`/courses/$courseId/${part}`} params={{ courseId }} className="tab">
            <Icon name={icon} />
            {text(`course.${part}`)}
          </Link>
        ))}
      </nav>
      {course.mayManage && (
        <UpdateCourseDialog course={course} isOpen={isEditing} onClose={() => setEditing(false)} />
      )}
    </>
  );
}

interface Tab {
  readonly part: "contents" | "assignments" | "queries" | "people" | "grades";
  readonly icon: IconName;
}

/** The parts that this person may open; an observer sees nothing that people ask or hand in. */
function tabsOf({ mayTeach, myRole }: Course): readonly Tab[] {
  const takesPart = mayTeach || myRole === "student";
  return [
    { part: "contents", icon: "book" },
    { part: "assignments", icon: "task" },
    ...(takesPart ? [{ part: "queries", icon: "query" } as const] : []),
    ...(mayTeach ? [{ part: "people", icon: "people" } as const] : []),
    ...(takesPart ? [{ part: "grades", icon: "grade" } as const] : []),
  ];
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
