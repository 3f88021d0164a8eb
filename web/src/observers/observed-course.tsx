/** How a student is doing in one course, for somebody who observes them: work with feedback, grades, progress. */
import { Link, useParams } from "@tanstack/react-router";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { StudentGrades } from "../grades/get-student-grades.tsx";
import { OneProgress } from "../progress/get-course-progress.tsx";
import { PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import { ObservedWork } from "./list-observed-work.tsx";

export function ObservedCoursePage() {
  const text = useText();
  // Not `courseId`: pages below a course of one's own go by that, and the frame asks for it.
  const { studentId = "", studiedCourseId: courseId = "" } = useParams({ strict: false });
  const progress = useRead("progress.getCourseProgress", { courseId, studentId });
  return (
    <Loaded of={progress}>
      {({ course, student, timeZone }) => (
        <>
          <PageHead
            title={course.title}
            documentTitle={`${student.name} · ${course.title}`}
            path={
              <nav aria-label={text("observed.path")}>
                <ol className="crumbs">
                  <li>
                    <Link to="/">{text("observed.home")}</Link>
                  </li>
                  <li>
                    <Link to="/students/$studentId" params={{ studentId }}>
                      {student.name}
                    </Link>
                  </li>
                </ol>
              </nav>
            }
            lead={
              <p className="soft">
                {course.code} · {course.term} · {text("observed.lead", { name: student.name })}
              </p>
            }
          />
          <div className="stack-wide">
            <ObservedWork courseId={courseId} student={student} timeZone={timeZone} />
            <StudentGrades courseId={courseId} observed={student} />
            <OneProgress courseId={courseId} studentId={studentId} isObserved />
          </div>
        </>
      )}
    </Loaded>
  );
}
