/** The grades of a course: a student's own, or everybody's for those who teach. */
import type { GradeEntry } from "../contract.ts";
import { useCourse } from "../courses/course-context.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Badge, DateTime, EmptyState } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { locale, useText } from "../ui/text.ts";
import "./messages.ts";

export function GradesPage() {
  const text = useText();
  const course = useCourse();
  const grades = usePages("assignments.getGrades", { courseId: course.courseId });
  const number = new Intl.NumberFormat(locale);
  const student: Column<GradeEntry> = {
    title: text("grades.student"),
    cell: ({ studentName }) => studentName,
    isLead: true,
  };
  const state: Column<GradeEntry> = {
    title: text("grades.state"),
    cell: ({ grade }) =>
      grade.releasedAt === null ? (
        <Badge tone="warm">{text("grades.private")}</Badge>
      ) : (
        <Badge tone="good">{text("grades.released")}</Badge>
      ),
  };
  const columns: Column<GradeEntry>[] = [
    ...(course.mayTeach ? [student] : []),
    {
      title: text("grades.assignment"),
      isLead: !course.mayTeach,
      cell: (entry) => (
        <PlaceLink
          href={
            course.mayTeach
              ? places.grade(course.courseId, entry.assignmentId, entry.submissionId)
              : places.assignment(course.courseId, entry.assignmentId)
          }
        >
          {entry.assignmentTitle}
        </PlaceLink>
      ),
    },
    {
      title: text("grades.points"),
      align: "end",
      cell: ({ grade }) => (
        <span className="number">
          {number.format(grade.points)} / {number.format(grade.pointsMax)}
        </span>
      ),
    },
    ...(course.mayTeach ? [state] : []),
    { title: text("grades.gradedAt"), cell: ({ grade }) => <DateTime at={grade.gradedAt} dateOnly /> },
  ];
  return (
    <div className="section">
      <h2>{text("grades.title")}</h2>
      <Paged of={grades}>
        {(entries) =>
          entries.length === 0 ? (
            <EmptyState
              icon="grade"
              title={text("grades.none")}
              hint={text(course.mayTeach ? "grades.noneTeach" : "grades.noneStudent")}
            />
          ) : (
            <Table
              caption={text("grades.title")}
              columns={columns}
              rows={entries}
              keyOf={({ submissionId }) => submissionId}
            />
          )
        }
      </Paged>
    </div>
  );
}
