/** The path from the course to a page about its queries. */
import { Link } from "@tanstack/react-router";
import type { Course } from "../contract.ts";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export function CourseCrumbs({ course }: { readonly course: Course }) {
  const text = useText();
  const params = { courseId: course.courseId };
  return (
    <nav aria-label={text("ask.path")}>
      <ol className="crumbs">
        <li>
          <Link to="/courses/$courseId" params={params}>
            {course.title}
          </Link>
        </li>
        <li>
          <Link to="/courses/$courseId/queries" params={params}>
            {text("queries.title")}
          </Link>
        </li>
      </ol>
    </nav>
  );
}
