/** The assignments of a course, the next due date first; drafts are for staff only. */
import { useState } from "react";
import type { Assignment } from "../contract.ts";
import { useCourse } from "../courses/course-context.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Button } from "../ui/button.tsx";
import { Badge, dateTimeText, EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { AssignmentDialog } from "./create-assignment.tsx";
import "./messages.ts";

export function AssignmentsPage() {
  const text = useText();
  const course = useCourse();
  const [isCreating, setCreating] = useState(false);
  const list = usePages("assignments.listAssignments", { courseId: course.courseId });
  const create = course.mayTeach && (
    <Button look="primary" icon="plus" onPress={() => setCreating(true)}>
      {text("assignments.create")}
    </Button>
  );
  return (
    <section className="section" aria-labelledby="assignments">
      <div className="row row-apart">
        <h2 id="assignments">{text("assignments.title")}</h2>
        {list.data?.pages[0]?.items.length !== 0 && create}
      </div>
      <Paged of={list}>
        {(assignments) =>
          assignments.length === 0 ? (
            <EmptyState
              icon="task"
              title={text("assignments.none")}
              hint={text(course.mayTeach ? "assignments.noneTeach" : "assignments.noneStudent")}
            >
              {create}
            </EmptyState>
          ) : (
            <ul className="list">
              {assignments.map((assignment) => (
                <AssignmentRow key={assignment.assignmentId} assignment={assignment} />
              ))}
            </ul>
          )
        }
      </Paged>
      {isCreating && <AssignmentDialog courseId={course.courseId} onClose={() => setCreating(false)} />}
    </section>
  );
}

function AssignmentRow({ assignment }: { readonly assignment: Assignment }) {
  const text = useText();
  return (
    <li>
      <div className="grow">
        <PlaceLink
          className="item-title"
          href={places.assignment(assignment.courseId, assignment.assignmentId)}
        >
          {assignment.title}
        </PlaceLink>
        <p className="faint">
          <AssignmentFacts assignment={assignment} />
        </p>
      </div>
      {assignment.state === "draft" && <Badge>{text("assignments.draft")}</Badge>}
      {assignment.isPastDue && <Badge tone="warm">{text("assignments.overdue")}</Badge>}
    </li>
  );
}

/** When it is due and what it gives, in one line. */
export function AssignmentFacts({ assignment }: { readonly assignment: Assignment }) {
  const text = useText();
  const due =
    assignment.dueAt === null
      ? text("assignments.noDue")
      : text("assignments.dueAt", { when: dateTimeText(assignment.dueAt) });
  return (
    <>
      {due} · {text("assignments.upTo", { count: assignment.pointsMax })}
    </>
  );
}
