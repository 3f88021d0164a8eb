/** The assignments of a course: where a student stands with each, or for those who teach what there is to do. */
import { useState } from "react";
import type { Assignment } from "../contract.ts";
import { isOpen, useCourse } from "../courses/course-context.ts";
import { useIsOpen } from "../courses/if-open.tsx";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { Badge, EmptyState, type Tone } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { dateTimeIn } from "./course-dates.ts";
import { AssignmentDialog } from "./create-assignment.tsx";
import "./messages.ts";
import "./assignments.css";

const filters = {
  student: ["all", "to_do", "handed_in", "graded", "missing"],
  staff: ["all", "to_grade", "unpublished"],
} as const;
type Filter = (typeof filters)["student" | "staff"][number];
const sorts = ["due", "newest", "title"] as const;

export function AssignmentsPage() {
  const text = useText();
  const course = useCourse();
  const [isCreating, setCreating] = useState(false);
  const [filter, setFilter] = useState<Filter>("all");
  const [sort, setSort] = useState<(typeof sorts)[number]>("due");
  const list = usePages("assignments.listAssignments", { courseId: course.courseId, filter, sort });
  const isBare = filter === "all" && list.data?.pages[0]?.items.length === 0;
  const create = course.mayTeach && isOpen(course) && (
    <Button look="primary" icon="plus" onPress={() => setCreating(true)}>
      {text("assignments.create")}
    </Button>
  );
  return (
    <section className="section" aria-labelledby="assignments">
      <div className="row row-apart">
        <h2 id="assignments">{text("assignments.title")}</h2>
        {!isBare && create}
      </div>
      {!isBare && (
        <div className="row grading-bar">
          <Select
            label={text("assignments.show")}
            value={filter}
            onChange={setFilter}
            options={filters[course.mayTeach ? "staff" : "student"].map((value) => ({
              value,
              label: text(`assignments.filter.${value}`),
            }))}
          />
          <Select
            label={text("assignments.sort")}
            value={sort}
            onChange={setSort}
            options={sorts.map((value) => ({ value, label: text(`assignments.sort.${value}`) }))}
          />
        </div>
      )}
      <Paged of={list}>
        {(assignments) => {
          if (assignments.length > 0)
            return (
              <ul className="list">
                {assignments.map((assignment) => (
                  <AssignmentRow key={assignment.assignmentId} assignment={assignment} />
                ))}
              </ul>
            );
          if (filter !== "all")
            return (
              <EmptyState
                icon="search"
                title={text("assignments.noneFit")}
                hint={text("assignments.noneFitHint")}
              />
            );
          return (
            <EmptyState
              icon="task"
              title={text("assignments.none")}
              hint={text(course.mayTeach ? "assignments.noneTeach" : "assignments.noneStudent")}
            >
              {create}
            </EmptyState>
          );
        }}
      </Paged>
      {isCreating && <AssignmentDialog courseId={course.courseId} onClose={() => setCreating(false)} />}
    </section>
  );
}

function AssignmentRow({ assignment }: { readonly assignment: Assignment }) {
  const text = useText();
  const { mine, counts } = assignment;
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
      {mine !== null && <MyStateBadge state={mine.state} />}
      {counts !== null && assignment.state === "published" && <Counts counts={counts} />}
    </li>
  );
}

const toneOf: Readonly<Partial<Record<NonNullable<Assignment["mine"]>["state"], Tone>>> = {
  to_do: "accent",
  draft: "accent",
  handed_in: "good",
  late: "warm",
  graded: "good",
  missing: "danger",
};

export function MyStateBadge({ state }: { readonly state: NonNullable<Assignment["mine"]>["state"] }) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const tone = toneOf[state];
  // In an archived course nothing is left to do.
  if (!isOpenCourse && (state === "to_do" || state === "upcoming")) return null;
  return <Badge {...(tone === undefined ? {} : { tone })}>{text(`assignments.mine.${state}`)}</Badge>;
}

/** The work at a glance; what is nothing is not said. */
export function Counts({ counts }: { readonly counts: NonNullable<Assignment["counts"]> }) {
  const text = useText();
  const { expected, handedIn, toGrade, late, missing } = counts;
  return (
    <span className="assignment-counts">
      <Badge>{text("assignments.count.handedIn", { count: handedIn, total: expected })}</Badge>
      {toGrade > 0 && <Badge tone="warm">{text("assignments.count.toGrade", { count: toGrade })}</Badge>}
      {late > 0 && <Badge>{text("assignments.count.late", { count: late })}</Badge>}
      {missing > 0 && <Badge tone="danger">{text("assignments.count.missing", { count: missing })}</Badge>}
    </span>
  );
}

/** When it is due for the reader, on the course's clock, and what it gives, in one line. */
export function AssignmentFacts({ assignment }: { readonly assignment: Assignment }) {
  const text = useText();
  const { mine, timeZone, availableFrom } = assignment;
  const dueAt = mine?.dueAt ?? assignment.dueAt;
  const due =
    dueAt === null
      ? text("assignments.noDue")
      : text("assignments.dueAt", { when: dateTimeIn(dueAt, timeZone) });
  return (
    <>
      {mine?.state === "upcoming" &&
        availableFrom !== null &&
        `${text("assignments.opensAt", { when: dateTimeIn(availableFrom, timeZone) })} · `}
      {due}
      {mine?.isOwnDate && ` (${text("assignments.yourDate")})`} ·{" "}
      {text("assignments.upTo", { count: assignment.pointsMax })}
    </>
  );
}
