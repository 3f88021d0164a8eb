/** One student, for somebody who observes them: what is due, what is new, and the courses to look into. */
import { Link, useParams } from "@tanstack/react-router";
import { dateTimeIn } from "../assignments/course-dates.ts";
import type { ReadOutput } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import "../progress/messages.ts";
import { Badge, EmptyState, PageHead, relativeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import "./observers.css";

type Observed = ReadOutput<"progress.getObservedStudent">;
const buckets = ["overdue", "today", "week", "later", "undated"] as const;

export function ObservedStudentPage() {
  const { studentId = "" } = useParams({ strict: false });
  const observed = useRead("progress.getObservedStudent", { studentId });
  return <Loaded of={observed}>{(data) => <ObservedStudent observed={data} />}</Loaded>;
}

function ObservedStudent({ observed }: { readonly observed: Observed }) {
  const text = useText();
  const { name } = observed.student;
  return (
    <>
      <PageHead
        title={name}
        path={
          <nav aria-label={text("observed.path")}>
            <ol className="crumbs">
              <li>
                <Link to="/">{text("observed.home")}</Link>
              </li>
            </ol>
          </nav>
        }
        lead={<p className="soft">{text("observed.lead", { name })}</p>}
      />
      <div className="observed-person">
        <Due observed={observed} />
        <NewGrades observed={observed} />
      </div>
      <Courses observed={observed} />
    </>
  );
}

function Due({ observed: { due, timeZone } }: { readonly observed: Observed }) {
  const text = useText();
  return (
    <section className="section" aria-labelledby="due">
      <h2 id="due">{text("observed.due")}</h2>
      {due.length === 0 && <p className="soft">{text("observed.dueNothing")}</p>}
      {buckets.map((bucket) => {
        const items = due.filter((item) => item.bucket === bucket);
        if (items.length === 0) return null;
        return (
          <div key={bucket} className="stack-tight">
            <h3>{text(`today.bucket.${bucket}`)}</h3>
            <ul className="list">
              {items.map(({ assignmentId, title, courseCode, dueAt, isDone, isOwnDate }) => (
                <li key={assignmentId}>
                  <div className="grow">
                    <p className="item-title">{title}</p>
                    <p className="faint">
                      {[
                        courseCode,
                        ...(dueAt === null
                          ? []
                          : [text("observed.dueAt", { when: dateTimeIn(dueAt, timeZone) })]),
                        ...(isOwnDate ? [text("observed.ownDate")] : []),
                      ].join(" · ")}
                    </p>
                  </div>
                  {isDone ? (
                    <Badge tone="good">{text("observed.handedIn")}</Badge>
                  ) : (
                    dueAt !== null && (
                      <Badge tone={bucket === "overdue" ? "danger" : "warm"}>{relativeText(dueAt)}</Badge>
                    )
                  )}
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}

function NewGrades({ observed: { newGrades, student } }: { readonly observed: Observed }) {
  const text = useText();
  const studentId = student.personId;
  return (
    <section className="section" aria-labelledby="new-grades">
      <h2 id="new-grades">{text("observed.newGrades")}</h2>
      {newGrades.length === 0 ? (
        <p className="soft">{text("observed.newGradesNone")}</p>
      ) : (
        <ul className="list">
          {newGrades.map(({ subjectId, courseId, courseCode, title, at }) => (
            <li key={subjectId}>
              <div className="grow">
                <Link
                  to="/students/$studentId/courses/$studiedCourseId"
                  params={{ studentId, studiedCourseId: courseId }}
                  hash={`work-${subjectId}`}
                  className="item-title"
                >
                  {title}
                </Link>
                <p className="faint">
                  {courseCode} · {text("observed.released", { when: relativeText(at) })}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Courses({ observed: { courses, student } }: { readonly observed: Observed }) {
  const text = useText();
  const { personId: studentId, name } = student;
  return (
    <section className="section" aria-labelledby="courses">
      <h2 id="courses">{text("observed.courses")}</h2>
      {courses.length === 0 ? (
        <EmptyState
          icon="book"
          title={text("observed.coursesNone", { name })}
          hint={text("observed.coursesNoneText")}
        />
      ) : (
        <ul className="list">
          {courses.map(({ courseId, code, title, isArchived }) => (
            <li key={courseId}>
              <div className="grow">
                <Link
                  to="/students/$studentId/courses/$studiedCourseId"
                  params={{ studentId, studiedCourseId: courseId }}
                  className="item-title"
                >
                  {title}
                </Link>
                <p className="faint">{code}</p>
              </div>
              {isArchived && <Badge>{text("observed.archived")}</Badge>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
