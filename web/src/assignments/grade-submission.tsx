/** Grading: a student's work beside the form, and on to the next student. */
import { useParams, useRouter, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, useCallback, useState } from "react";
import { read } from "../client.ts";
import type { Assignment, SubmittedWork } from "../contract.ts";
import { FileInPage } from "../materials/file-in-page.tsx";
import { kindOf } from "../materials/file-kind.ts";
import { DownloadLink } from "../materials/get-course-material.tsx";
import { Markdown } from "../materials/markdown.tsx";
import { PdfReader } from "../materials/pdf-reader.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { IconButton } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Avatar, Badge, DateTime, EmptyState, PageTitle, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { GradeForm } from "./grade-form.tsx";
import { type Submissions, useSubmissions } from "./submissions.ts";
import "../materials/messages.ts";
import "./grading-messages.ts";
import "../materials/reader.css";
import { atNode } from "../nodes.ts";
import "./grading.css";

/** The page on which one submission is graded; `?submission=` names it. */
export function GradePage() {
  const { assignmentId = "" } = useParams({ strict: false });
  const { submission } = useSearch({ strict: false });
  const text = useText();
  const submissions = useSubmissions(assignmentId);
  const works = submissions.data?.works ?? [];
  const work = submission === undefined ? works[0] : works.find((each) => each.submissionId === submission);
  if (submissions.data === undefined)
    return (
      <div className="page">
        <ErrorNotice error={submissions.error} onRetry={() => void submissions.refetch()} />
        {submissions.error === null && <Skeleton lines={6} />}
      </div>
    );
  if (work === undefined)
    return (
      <div className="page">
        <EmptyState icon="grade" title={text("grading.notFound")} hint={text("grading.notFoundHint")}>
          <PlaceLink
            look="plain"
            href={places.submissions(submissions.data.assignment.courseId, assignmentId)}
          >
            {text("grading.back")}
          </PlaceLink>
        </EmptyState>
      </div>
    );
  // Everything below belongs to one student and begins anew with the next.
  return (
    <Desk
      key={work.submissionId}
      assignment={submissions.data.assignment}
      works={submissions.data.works}
      work={work}
      onStale={submissions.refetch}
    />
  );
}

interface DeskProps {
  readonly assignment: Assignment;
  readonly works: readonly SubmittedWork[];
  readonly work: SubmittedWork;
  readonly onStale: Submissions["refetch"];
}

function Desk({ assignment, works, work, onStale }: DeskProps) {
  const text = useText();
  const router = useRouter();
  const { courseId, assignmentId } = assignment;
  const at = works.indexOf(work);
  const goTo = (other: SubmittedWork | undefined) =>
    other && (() => router.history.push(places.grade(courseId, assignmentId, other.submissionId)));
  const previous = goTo(works[at - 1]);
  const next = goTo(works[at + 1]);

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === "PageDown" ? next : event.key === "PageUp" ? previous : undefined;
    if (!event.altKey || step === undefined) return;
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
            isDisabled={!previous}
            onPress={() => previous?.()}
          />
          <span className="number">{text("grading.place", { at: at + 1, count: works.length })}</span>
          <IconButton icon="next" label={text("grading.next")} isDisabled={!next} onPress={() => next?.()} />
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
                {text("grading.attempt", { count: work.attempt })} · <DateTime at={work.receivedAt} />
              </p>
            </div>
            {work.late && <Badge tone="danger">{text("grading.late")}</Badge>}
          </div>
          <GradeForm assignment={assignment} work={work} onStale={onStale} onNext={next ?? null} />
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
