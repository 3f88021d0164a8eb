/** Grading: a student's work beside the form, and on to the next student. */
import { useParams, useRouter, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useCallback, useState } from "react";
import { CallError, read } from "../client.ts";
import type { SubmissionToGrade, SubmittedWork } from "../contract.ts";
import { useIsOpen } from "../courses/if-open.tsx";
import { useRead } from "../data.ts";
import { useMe } from "../frame/me.ts";
import { FileInPage } from "../materials/file-in-page.tsx";
import { kindOf } from "../materials/file-kind.ts";
import { DownloadLink } from "../materials/get-course-material.tsx";
import { Markdown } from "../materials/markdown.tsx";
import { PdfReader } from "../materials/pdf-reader.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { IconButton } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Avatar, Badge, EmptyState, PageTitle, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { AnswerAppeal } from "./appeals.tsx";
import { dateTimeIn } from "./course-dates.ts";
import { FeedbackFiles } from "./feedback-files.tsx";
import { GradeForm } from "./grade-form.tsx";
import { GradeHistory } from "./grade-history.tsx";
import { Marks } from "./marks.tsx";
import "../materials/messages.ts";
import "./grading-messages.ts";
import "../materials/reader.css";
import { atNode } from "../nodes.ts";
import "./grading.css";

/** The page on which one submission is graded; `?submission=` names it, otherwise the first that waits. */
export function GradePage() {
  const { courseId = "", assignmentId = "" } = useParams({ strict: false });
  const { submission } = useSearch({ strict: false });
  const first = useRead(
    "assignments.listSubmissions",
    { assignmentId, filter: "work", limit: 1 },
    { enabled: submission === undefined },
  );
  const submissionId = submission ?? first.data?.items[0]?.submissionId ?? null;
  if (submissionId === null && first.data !== undefined)
    return <NotHere courseId={courseId} assignmentId={assignmentId} />;
  if (submissionId === null) return <Waiting error={first.error} onRetry={() => void first.refetch()} />;
  // Everything below belongs to one student and begins anew with the next.
  return <OneSubmission key={submissionId} submissionId={submissionId} />;
}

function OneSubmission({ submissionId }: { readonly submissionId: string }) {
  const { courseId = "", assignmentId = "" } = useParams({ strict: false });
  const found = useRead("assignments.getSubmission", { submissionId, filter: "work" });
  const { data } = found;
  const isElsewhere =
    (found.error instanceof CallError && found.error.status === 404) ||
    (data !== undefined && data.assignment.assignmentId !== assignmentId);
  if (isElsewhere) return <NotHere courseId={courseId} assignmentId={assignmentId} />;
  // What another submission has answered is never shown under this one.
  if (data === undefined || data.work.submissionId !== submissionId)
    return <Waiting error={found.error} onRetry={() => void found.refetch()} />;
  return <Desk found={data} onStale={found.refetch} />;
}

function Waiting({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  return (
    <div className="page">
      <ErrorNotice error={error} onRetry={onRetry} />
      {error === null && <Skeleton lines={6} />}
    </div>
  );
}

function NotHere({ courseId, assignmentId }: { readonly courseId: string; readonly assignmentId: string }) {
  const text = useText();
  return (
    <div className="page">
      <EmptyState icon="grade" title={text("grading.notFound")} hint={text("grading.notFoundHint")}>
        <PlaceLink look="plain" href={places.submissions(courseId, assignmentId)}>
          {text("grading.back")}
        </PlaceLink>
      </EmptyState>
    </div>
  );
}

interface DeskProps {
  readonly found: SubmissionToGrade;
  readonly onStale: () => Promise<unknown>;
}

function Desk({ found, onStale }: DeskProps) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const router = useRouter();
  const me = useMe();
  const { assignment, work, appeals } = found;
  const { courseId, assignmentId } = assignment;
  const goTo = (other: string | null) =>
    other === null ? null : () => router.history.push(places.grade(courseId, assignmentId, other));
  const previous = goTo(found.previousSubmissionId);
  const next = goTo(found.nextSubmissionId);

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === "PageDown" ? next : event.key === "PageUp" ? previous : null;
    if (!event.altKey || step === null) return;
    event.preventDefault();
    step();
  }

  return (
    // The keys are shortcuts for the buttons inside.
    <div className="grade-page" onKeyDown={onKeyDown}>
      <header className="reader-head">
        <PlaceLink look="quiet" icon="back" href={places.submissions(courseId, assignmentId)}>
          {text("grading.back")}
        </PlaceLink>
        <div className="grow">
          <p className="faint">{assignment.title}</p>
          <PageTitle
            title={work.studentName}
            documentTitle={`${text("grading.gradeOf", { name: work.studentName })} · ${assignment.title}`}
          />
        </div>
        <div className="row">
          <IconButton
            icon="back"
            label={text("grading.previous")}
            isDisabled={previous === null}
            onPress={() => previous?.()}
          />
          <span className="number">{text("grading.place", { at: found.place, count: found.count })}</span>
          <IconButton
            icon="next"
            label={text("grading.next")}
            isDisabled={next === null}
            onPress={() => next?.()}
          />
        </div>
      </header>
      <div className="grade-desk">
        <Work key={work.attempt} work={work} />
        <aside className="grade-side stack" aria-label={text("grading.gradeOf", { name: work.studentName })}>
          <div className="grade-who">
            <Avatar name={work.studentName} />
            <div className="grow">
              <p className="item-title">{work.studentName}</p>
              <p className="faint">
                {text("grading.attempt", { count: work.attempt })} ·{" "}
                {dateTimeIn(work.receivedAt, assignment.timeZone)}
              </p>
            </div>
            {work.late && <Badge tone="danger">{text("grading.late")}</Badge>}
          </div>
          {appeals.map((appeal) => (
            <AnswerAppeal key={appeal.appealId} appeal={appeal} timeZone={assignment.timeZone} />
          ))}
          <Marks found={found} />
          <fieldset className="bare" disabled={!isOpenCourse}>
            <GradeForm found={found} graderId={me.person.id} onStale={onStale} onNext={next} />
          </fieldset>
          <FeedbackFiles
            submissionId={work.submissionId}
            studentId={work.studentId}
            files={found.feedbackFiles}
          />
          <GradeHistory submissionId={work.submissionId} />
        </aside>
      </div>
    </div>
  );
}

/** What was handed in with the attempt that is graded: its text, and one of its files at a time. */
function Work({ work }: { readonly work: SubmittedWork }) {
  const text = useText();
  const [place, setPlace] = useState(1);
  const file = work.files[place - 1];
  return (
    <div className="grade-work">
      {work.text !== null && (
        <section className="card prose" aria-label={text("grading.textAnswer")}>
          <Markdown source={work.text} />
        </section>
      )}
      {work.files.length > 1 && (
        <Select
          label={text("grading.file")}
          value={String(place)}
          onChange={(value) => setPlace(Number(value))}
          options={work.files.map(({ fileName }, at) => ({ value: String(at + 1), label: fileName }))}
        />
      )}
      {file !== undefined && <WorkFile key={place} work={work} file={file} place={place} />}
    </div>
  );
}

interface WorkFileProps {
  readonly work: SubmittedWork;
  readonly file: SubmittedWork["files"][number];
  readonly place: number;
}

function WorkFile({ work, file, place }: WorkFileProps) {
  const { submissionId, attempt, studentName } = work;
  const getUrl = useCallback(
    async () => atNode((await read("assignments.downloadSubmission", { submissionId, attempt, place })).url),
    [submissionId, attempt, place],
  );
  const kind = kindOf(file);
  const download = <DownloadLink getUrl={getUrl} fileName={file.fileName} />;
  if (kind === "pdf")
    return (
      <PdfReader title={studentName} bytes={file.bytes} getUrl={getUrl} startPage={1} onPage={ignorePage}>
        {download}
      </PdfReader>
    );
  return (
    <>
      <div className="pdf-toolbar">{download}</div>
      <FileInPage file={file} kind={kind} title={file.fileName} getUrl={getUrl} />
    </>
  );
}

/** Where a grader reads is nobody else's business, so the address does not follow. */
function ignorePage(): void {}
