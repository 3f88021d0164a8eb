/** The courses of whoever looks, by term; for admins those of the whole school. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Course, SchoolRole } from "../contract.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { mayCreateCourses, useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState, PageHead } from "../ui/pieces.tsx";
import { type MessageKey, useText } from "../ui/text.ts";
import { type CourseFilter, CourseFilters, filterOf, noFilter } from "./course-filters.tsx";
import { StateBadge } from "./course-state.tsx";
import { CreateCourseDialog } from "./create-course.tsx";
import { JoinCourseDialog } from "./join-course.tsx";
import { RoleBadge } from "./role-badge.tsx";
import { Spine } from "./spine.tsx";
import "./course-pages.css";
import "./messages.ts";

export function CoursesPage() {
  const text = useText();
  const me = useMe();
  const isAdmin = me.roles.includes("admin");
  const [filter, setFilter] = useState<CourseFilter>(noFilter);
  const list = usePages("courses.listCourses", { view: isAdmin ? "all" : "mine", ...filterOf(filter) });
  const [dialog, setDialog] = useState<"join" | "create" | null>(null);

  const courses = list.data?.pages.flatMap((page) => page.items) ?? [];
  const mayCreate = mayCreateCourses(me);
  const isFiltered = filter !== noFilter;
  const isEmpty = list.data !== undefined && courses.length === 0 && !isFiltered;
  const actions = (
    <>
      {(!isAdmin || !isEmpty) && (
        <Button
          {...(isEmpty && !mayCreate ? { look: "primary" as const } : {})}
          icon="key"
          onPress={() => setDialog("join")}
        >
          {text("courses.join")}
        </Button>
      )}
      {mayCreate && (
        <Button look="primary" icon="plus" onPress={() => setDialog("create")}>
          {text("courses.create")}
        </Button>
      )}
    </>
  );

  return (
    <>
      <PageHead title={text("courses.title")} actions={isEmpty ? undefined : actions} />
      {!isEmpty && <CourseFilters filter={filter} onChange={setFilter} mayTrash={mayCreate} />}
      <Paged of={list}>
        {(courses) =>
          courses.length === 0 && isFiltered ? (
            <EmptyState icon="book" title={text("courses.noneMatch")} hint={text("courses.noneMatchHint")} />
          ) : courses.length === 0 ? (
            <EmptyState
              icon="book"
              title={text(isAdmin ? "courses.empty.adminTitle" : "courses.empty.title")}
              hint={text(emptyHint(me.roles, mayCreate))}
            >
              <div className="row">{actions}</div>
            </EmptyState>
          ) : (
            <Terms courses={courses} />
          )
        }
      </Paged>
      <JoinCourseDialog isOpen={dialog === "join"} onClose={() => setDialog(null)} />
      <CreateCourseDialog
        isOpen={dialog === "create"}
        onClose={() => setDialog(null)}
        term={courses[0]?.term ?? ""}
      />
    </>
  );
}

/** The courses come newest first; a term stands where its newest course does. */
function Terms({ courses }: { readonly courses: readonly Course[] }) {
  const terms = Map.groupBy(courses, (course) => course.term);
  return [...terms].map(([term, each]) => (
    <section key={term} className="section" aria-label={term}>
      <h2>{term}</h2>
      <ul className="courses">
        {each.map((course) => (
          <li key={course.courseId}>
            <CourseCard course={course} />
          </li>
        ))}
      </ul>
    </section>
  ));
}

/** One link, named by the course's title, though the whole card takes the press. */
export function CourseCard({ course }: { readonly course: Course }) {
  return (
    <article className="course-card">
      <Spine code={course.code} />
      <div className="course-card-text">
        <h3>
          <Link to="/courses/$courseId" params={{ courseId: course.courseId }} className="course-card-link">
            {course.title}
          </Link>
        </h3>
        {course.summary !== "" && <p className="course-card-summary">{course.summary}</p>}
        <p className="row">
          <RoleBadge role={course.myRole} />
          <StateBadge state={course.state} />
        </p>
      </div>
    </article>
  );
}

function emptyHint(roles: readonly SchoolRole[], mayCreate: boolean): MessageKey {
  if (roles.includes("admin")) return "courses.empty.admin";
  if (mayCreate) return "courses.empty.creator";
  return roles.includes("instructor") ? "courses.empty.instructor" : "courses.empty.student";
}
