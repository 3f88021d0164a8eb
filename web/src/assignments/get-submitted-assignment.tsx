/** What was handed in for an assignment, at a glance: who, when, what is to grade, what is released, who is missing. */
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { read } from "../client.ts";
import type { Assignment, Enrolment, SubmittedWork } from "../contract.ts";
import { usePages, useRead } from "../data.ts";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import {
  Avatar,
  Badge,
  bytesText,
  DateTime,
  EmptyState,
  PageHead,
  Skeleton,
  type Tone,
} from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { ReleaseGradesDialog } from "./release-grades.tsx";
import { byName, pointsText, stateOf, useSubmissions, type WorkState } from "./submissions.ts";
import "./grading-messages.ts";
import "./grading.css";

export function SubmissionsPage() {
  const { courseId = "", assignmentId = "" } = useParams({ strict: false });
  const text = useText();
  const course = useRead("courses.getCourse", { courseId });
  const submissions = useSubmissions(assignmentId);
  const students = useStudents(courseId);
  const title = submissions.data?.assignment.title ?? "…";
  return (
    <>
      <PageHead
        title={text("grading.submissions")}
        documentTitle={`${text("grading.submissions")} · ${title}`}
        path={
          <nav aria-label={text("grading.path")}>
            <ol className="crumbs">
              <li>
                <PlaceLink href={places.contents(courseId)}>{course.data?.title ?? "…"}</PlaceLink>
              </li>
              <li>
                <PlaceLink href={places.assignment(courseId, assignmentId)}>{title}</PlaceLink>
              </li>
            </ol>
          </nav>
        }
      />
      <ErrorNotice error={submissions.error} onRetry={() => void submissions.refetch()} />
      {submissions.data === undefined && submissions.error === null && <Skeleton lines={5} />}
      {submissions.data !== undefined && (
        <Overview {...submissions.data} students={students} mayRelease={course.data?.mayManage === true} />
      )}
    </>
  );
}

/** The students of the course; undefined until all are known. */
function useStudents(courseId: string): readonly Enrolment[] | undefined {
  const pages = usePages("courses.listEnrolments", { courseId });
  const { hasNextPage, isFetching, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  if (pages.data === undefined || hasNextPage) return undefined;
  const all = pages.data.pages.flatMap(({ items }) => items);
  return all.filter(({ role, endedAt }) => role === "student" && endedAt === null);
}

interface OverviewProps {
  readonly assignment: Assignment;
  readonly works: readonly SubmittedWork[];
  readonly students: readonly Enrolment[] | undefined;
  readonly mayRelease: boolean;
}

/** A student, with the work if there is any. */
interface Row {
  readonly studentId: string;
  readonly name: string;
  readonly work: SubmittedWork | null;
}

type Choice = "all" | WorkState | "late" | "missing";

function Overview({ assignment, works, students, mayRelease }: OverviewProps) {
  const text = useText();
  const [choice, setChoice] = useState<Choice>("all");
  const [isReleasing, setReleasing] = useState(false);
  const rows = rowsOf(works, students);
  const missing = rows.filter(({ work }) => work === null).length;
  const releasable = works.filter((work) => work.grade !== null && work.grade.releasedAt === null);
  const ungraded = works.filter(({ grade }) => grade === null).length;
  const toGrade = works.filter((work) => ["new", "regrade"].includes(stateOf(work)));
  const { courseId, assignmentId } = assignment;
  const shown = rows.filter((row) => fits(row, choice));
  const first = toGrade[0] ?? works[0];
  if (rows.length === 0)
    return <EmptyState icon="task" title={text("grading.empty")} hint={text("grading.emptyHint")} />;
  return (
    <div className="stack">
      <dl className="figures">
        <Figure
          term={text("grading.handedIn")}
          value={text("grading.handedInOf", { count: works.length, total: works.length + missing })}
        />
        <Figure term={text("grading.toGrade")} value={String(toGrade.length)} />
        <Figure term={text("grading.private")} value={String(releasable.length)} />
        <Figure
          term={text("grading.released")}
          value={String(works.filter(({ grade }) => grade !== null && grade.releasedAt !== null).length)}
        />
      </dl>
      <div className="row row-apart grading-bar">
        <Select
          label={text("grading.show")}
          value={choice}
          onChange={setChoice}
          options={choices.map((value) => ({ value, label: text(`grading.${value}`) }))}
        />
        <div className="row">
          {mayRelease && releasable.length > 0 && (
            <Button onPress={() => setReleasing(true)}>{text("grading.release")}</Button>
          )}
          {first && (
            <PlaceLink
              look="primary"
              icon="grade"
              href={places.grade(courseId, assignmentId, first.submissionId)}
            >
              {text("grading.start")}
            </PlaceLink>
          )}
        </div>
      </div>
      {shown.length === 0 ? (
        <EmptyState icon="search" title={text("grading.none")} hint={text("grading.noneHint")} />
      ) : (
        <Table
          caption={text("grading.submissions")}
          columns={columnsOf(text, assignment)}
          rows={shown}
          keyOf={(row) => row.studentId}
        />
      )}
      <ReleaseGradesDialog
        assignmentId={assignmentId}
        works={releasable}
        ungraded={ungraded}
        isOpen={isReleasing}
        onClose={() => setReleasing(false)}
      />
    </div>
  );
}

const choices: readonly Choice[] = ["all", "new", "regrade", "private", "released", "late", "missing"];

function Figure({ term, value }: { readonly term: string; readonly value: string }) {
  return (
    <div className="figure">
      <dt>{term}</dt>
      <dd className="number">{value}</dd>
    </div>
  );
}

function rowsOf(works: readonly SubmittedWork[], students: readonly Enrolment[] | undefined): readonly Row[] {
  const seen = new Set(works.map(({ studentId }) => studentId));
  const rows: Row[] = works.map((work) => ({ studentId: work.studentId, name: work.studentName, work }));
  for (const { personId, name } of students ?? [])
    if (!seen.has(personId)) rows.push({ studentId: personId, name, work: null });
  return rows.sort((one, other) => byName.compare(one.name, other.name));
}

function fits({ work }: Row, choice: Choice): boolean {
  if (choice === "all") return true;
  if (choice === "missing") return work === null;
  if (work === null) return false;
  return choice === "late" ? work.late : stateOf(work) === choice;
}

const toneOf: Readonly<Record<WorkState, Tone>> = {
  new: "warm",
  regrade: "warm",
  private: "accent",
  released: "good",
};

function columnsOf(
  text: ReturnType<typeof useText>,
  { courseId, assignmentId }: Assignment,
): readonly Column<Row>[] {
  return [
    {
      title: text("grading.student"),
      isLead: true,
      cell: ({ name, work }) => (
        <span className="row student-cell">
          <Avatar name={name} />
          {work === null ? (
            <span>{name}</span>
          ) : (
            <PlaceLink className="item-title" href={places.grade(courseId, assignmentId, work.submissionId)}>
              {name}
            </PlaceLink>
          )}
        </span>
      ),
    },
    {
      title: text("grading.when"),
      cell: ({ work }) =>
        work === null ? (
          <span className="faint">{text("grading.missing")}</span>
        ) : (
          <span className="row">
            <DateTime at={work.receivedAt} />
            {work.late && <Badge tone="danger">{text("grading.late")}</Badge>}
          </span>
        ),
    },
    {
      title: text("grading.state"),
      cell: ({ work }) =>
        work !== null && <Badge tone={toneOf[stateOf(work)]}>{text(`grading.${stateOf(work)}`)}</Badge>,
    },
    {
      title: text("grading.points"),
      align: "end",
      cell: ({ work }) =>
        work?.grade ? (
          <span className="number one-line">
            {text("grading.pointsOf", {
              points: pointsText(work.grade.points),
              max: pointsText(work.grade.pointsMax),
            })}
          </span>
        ) : (
          "–"
        ),
    },
    {
      title: text("grading.file"),
      align: "end",
      cell: ({ work }) => work !== null && <Download work={work} />,
    },
  ];
}

function Download({ work }: { readonly work: SubmittedWork }) {
  const text = useText();
  const { submissionId, studentName, file } = work;
  if (file === null) return null;
  return (
    <span className="row row-end">
      <span className="faint number one-line">{bytesText(file.bytes)}</span>
      <IconButton
        icon="download"
        label={text("grading.download", { name: studentName })}
        onPress={() =>
          void read("assignments.downloadSubmission", { submissionId }).then(
            ({ url }) => location.assign(`${url}?download`),
            (error: Error) => toast(text("grading.downloadFailed", { reason: error.message })),
          )
        }
      />
    </span>
  );
}
