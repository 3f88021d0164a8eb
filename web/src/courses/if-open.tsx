/** What an archived course does to its pages, all slices' alike: it says so above them, and offers nothing that would be refused. */
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../data.ts";
import { useText } from "../ui/text.ts";
import { isOpen } from "./course-context.ts";

function useCourseOfAddress() {
  const { courseId } = useParams({ strict: false });
  return useRead("courses.getCourse", { courseId: courseId ?? "" }, { enabled: courseId !== undefined }).data;
}

/** Whether the course in the address can be changed; until that is known, as most can. */
export function useIsOpen(): boolean {
  const course = useCourseOfAddress();
  return course === undefined || isOpen(course);
}

/** Ways to change something in the course of the address; nothing where it is archived. */
export function IfOpen({ children }: { readonly children: ReactNode }) {
  return useIsOpen() ? children : null;
}

/** Above every page of an archived course: why nothing can be changed, and for those who may, the way to reopen it. */
export function ArchivedBanner() {
  const text = useText();
  const course = useCourseOfAddress();
  if (course === undefined || isOpen(course)) return null;
  const { courseId, mayManage } = course;
  return (
    <p className="connection archived" role="status">
      {text("archived.banner")}{" "}
      {mayManage && (
        <Link to="/courses/$courseId/settings" params={{ courseId }}>
          {text("archived.reopen")}
        </Link>
      )}
    </p>
  );
}
