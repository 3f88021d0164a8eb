/** The course that the pages below its head are about. */
import { createContext, useContext } from "react";
import type { Course } from "../contract.ts";

export const CourseContext = createContext<Course | null>(null);

/** Whether anything in the course can be changed: what is archived can be read only. */
export function isOpen({ state }: Pick<Course, "state">): boolean {
  return state !== "archived";
}

/** The course around this component; `CourseLayout` gives it. */
export function useCourse(): Course {
  const course = useContext(CourseContext);
  if (course === null) throw new Error("useCourse stands outside of CourseLayout");
  return course;
}
