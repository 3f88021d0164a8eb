/** The home of an observer: a card for each student. */
import { Link } from "@tanstack/react-router";
import type { ReadOutput } from "../contract.ts";
import type { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Avatar, Badge } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "../courses/courses.css";
import "./messages.ts";
import "./observers.css";
import { UsePairingCode } from "./redeem-pairing-code.tsx";

type Student = ReadOutput<"progress.listObservedStudents">["items"][number];

export function ObservedStudents({
  students,
}: {
  readonly students: ReturnType<typeof usePages<"progress.listObservedStudents">>;
}) {
  const text = useText();
  return (
    <section className="section" aria-labelledby="observed">
      <div className="row row-apart">
        <h2 id="observed">{text("observed.title")}</h2>
        <UsePairingCode />
      </div>
      <Paged of={students}>
        {(items) => (
          <ul className="courses">
            {items.map((each) => (
              <li key={each.linkId}>
                <StudentCard observed={each} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </section>
  );
}

function StudentCard({ observed }: { readonly observed: Student }) {
  const text = useText();
  const { student, courses, due, overdue, newGrades } = observed;
  return (
    <article className="card stack-tight observed-card">
      <div className="row">
        <Avatar name={student.name} />
        <div className="grow">
          <h3>
            <Link to="/students/$studentId" params={{ studentId: student.personId }}>
              {student.name}
            </Link>
          </h3>
          <p className="faint">
            {courses === 0 ? text("observed.noCourses") : text("observed.courseCount", { count: courses })}
          </p>
        </div>
      </div>
      <p className="row">
        {overdue > 0 && <Badge tone="danger">{text("observed.lateCount", { count: overdue })}</Badge>}
        {due > 0 ? (
          <Badge tone="warm">{text("observed.dueCount", { count: due })}</Badge>
        ) : (
          <Badge>{text("observed.dueNone")}</Badge>
        )}
        {newGrades > 0 && <Badge tone="good">{text("observed.gradeCount", { count: newGrades })}</Badge>}
      </p>
    </article>
  );
}
