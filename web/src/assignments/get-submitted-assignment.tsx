/** The list of submissions: who handed in, what waits for a mark, what is released; in pages, so that thousands fit. */

import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { read } from "../client.ts";
import type { RosterLine } from "../contract.ts";
import { isOpen } from "../courses/course-context.ts";
import { usePages, useRead } from "../data.ts";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { atNode } from "../nodes.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { Avatar, Badge, DateTime, EmptyState, PageHead, Skeleton, type Tone } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { pointsText } from "./points-text.ts";
import { ChosenBar } from "./release-chosen.tsx";
import { ReleaseGradesDialog } from "./release-grades.tsx";
import { ReleaseProgress } from "./release-progress.tsx";
import { ShowNamesDialog } from "./show-names.tsx";
import { GradingDialog } from "./update-grading.tsx";
import "./grading-messages.ts";
import "./grading.css";

const filters = [
  "all",
  "to_grade",
  "graded",
  "released",
  "late",
  "appeal",
  "missing",
  "draft",
  "withdrawn",
] as const;
const sorts = ["name", "state", "received", "points"] as const;
type Filter = (typeof filters)[number];
type Sort = (typeof sorts)[number];

export function SubmissionsPage() {
  const { courseId = "", assignmentId = "" } = useParams({ strict: false });
  const text = useText();
  const [filter, setFilter] = useState<Filter>("all");
  const [sort, setSort] = useState<Sort>("name");
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<"release" | "names" | "settings" | null>(null);
  const [chosenIds, setChosen] = useState<ReadonlySet<string>>(new Set());
  const course = useRead("courses.getCourse", { courseId });
  const list = usePages("assignments.listSubmissions", { assignmentId, filter, sort, search });
  const toGrade = useRead("assignments.listSubmissions", { assignmentId, filter: "to_grade", limit: 1 });
  const pages = list.data?.pages ?? [];
  const head = pages.at(-1);
  const lines = pages.flatMap(({ items }) => items);
  const title = head?.assignment.title ?? "…";
  // What a filter has taken out of sight is not released unseen.
  const chosen = lines.filter(({ submissionId }) => submissionId !== null && chosenIds.has(submissionId));
  const mayManage = course.data?.mayManage === true && isOpen(course.data);
  const next = toGrade.data?.items[0]?.submissionId;

  const download = () =>
    void read("assignments.downloadSubmissions", { assignmentId, filter, search }).then(
      ({ url }) => location.assign(atNode(url)),
      (error: Error) => toast(text("grading.downloadFailed", { reason: error.message })),
    );

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
        actions={
          <>
            <PlaceLink look="plain" href={places.rubric(courseId, assignmentId)}>
              {text("rubric.title")}
            </PlaceLink>
            {mayManage && <Button onPress={() => setOpen("settings")}>{text("grading.settings")}</Button>}
            {head !== undefined && head.counts.work > 0 && (
              <Button icon="download" onPress={download}>
                {text("grading.downloadAll")}
              </Button>
            )}
            {mayManage && head !== undefined && head.counts.graded > 0 && (
              <Button onPress={() => setOpen("release")}>{text("grading.release")}</Button>
            )}
            {next && course.data !== undefined && isOpen(course.data) && (
              <PlaceLink look="primary" icon="grade" href={places.grade(courseId, assignmentId, next)}>
                {text("grading.start")}
              </PlaceLink>
            )}
          </>
        }
      />
      <div className="stack">
        <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
        {head?.hidesNames && (
          <Notice title={text("grading.anonymous")}>
            <p>{text("grading.anonymousHint")}</p>
            {mayManage && (
              <div>
                <Button onPress={() => setOpen("names")}>{text("grading.showNames")}</Button>
              </div>
            )}
          </Notice>
        )}
        <ReleaseProgress assignmentId={assignmentId} mayManage={mayManage} />
        {head !== undefined && (
          <dl className="figures">
            <Figure
              term={text("grading.handedIn")}
              value={text("grading.handedInOf", { count: head.counts.work, total: head.counts.all })}
            />
            <Figure term={text("grading.toGrade")} value={String(head.counts.toGrade)} />
            <Figure term={text("grading.private")} value={String(head.counts.graded)} />
            <Figure term={text("grading.released")} value={String(head.counts.released)} />
            {head.counts.appeals > 0 && (
              <Figure term={text("grading.appeals")} value={String(head.counts.appeals)} />
            )}
          </dl>
        )}
        <div className="row grading-bar">
          <Select
            label={text("grading.show")}
            value={filter}
            onChange={setFilter}
            options={filters.map((value) => ({ value, label: text(`grading.filter.${value}`) }))}
          />
          <Select
            label={text("grading.sort")}
            value={sort}
            onChange={setSort}
            options={sorts.map((value) => ({ value, label: text(`grading.sort.${value}`) }))}
          />
          <TextField
            label={text("grading.search")}
            type="search"
            value={search}
            maxLength={100}
            onChange={setSearch}
          />
        </div>
        {head === undefined && list.error === null && <Skeleton lines={5} />}
        {head !== undefined && lines.length === 0 && (
          <EmptyState icon="search" title={text("grading.none")} hint={text("grading.noneHint")} />
        )}
        <ChosenBar assignmentId={assignmentId} chosen={chosen} onDone={() => setChosen(new Set())} />
        {lines.length > 0 && (
          <Table
            caption={text("grading.submissions")}
            columns={[
              ...(mayManage ? [choosing(text, { chosenIds, onChange: setChosen })] : []),
              ...columnsOf(text, { courseId, assignmentId }),
            ]}
            rows={lines}
            keyOf={(line) => line.studentId}
          />
        )}
        {list.hasNextPage && (
          <div>
            <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              {text("grading.more", { shown: lines.length, count: head?.matching ?? 0 })}
            </Button>
          </div>
        )}
      </div>
      {open === "release" && head !== undefined && (
        <ReleaseGradesDialog assignmentId={assignmentId} counts={head.counts} onClose={() => setOpen(null)} />
      )}
      {open === "settings" && (
        <GradingDialog courseId={courseId} assignmentId={assignmentId} onClose={() => setOpen(null)} />
      )}
      {open === "names" && <ShowNamesDialog assignmentId={assignmentId} onClose={() => setOpen(null)} />}
    </>
  );
}

function Figure({ term, value }: { readonly term: string; readonly value: string }) {
  return (
    <div className="figure">
      <dt>{term}</dt>
      <dd className="number">{value}</dd>
    </div>
  );
}

const toneOf: Readonly<Partial<Record<RosterLine["state"], Tone>>> = {
  handed_in: "warm",
  one_mark: "warm",
  to_agree: "warm",
  graded: "accent",
  released: "good",
};

/** So many can be released in one go. */
const chosenMax = 200;

/** The column in which lines with a grade are chosen. */
function choosing(
  text: ReturnType<typeof useText>,
  {
    chosenIds,
    onChange,
  }: { readonly chosenIds: ReadonlySet<string>; readonly onChange: (chosen: ReadonlySet<string>) => void },
): Column<RosterLine> {
  return {
    title: text("grading.choose"),
    cell: ({ submissionId, state, studentName }) =>
      submissionId === null || (state !== "graded" && state !== "released") ? null : (
        <input
          type="checkbox"
          aria-label={text("grading.chooseOne", { name: studentName })}
          checked={chosenIds.has(submissionId)}
          disabled={!chosenIds.has(submissionId) && chosenIds.size >= chosenMax}
          onChange={({ currentTarget }) => {
            const next = new Set(chosenIds);
            if (currentTarget.checked) next.add(submissionId);
            else next.delete(submissionId);
            onChange(next);
          }}
        />
      ),
  };
}

function columnsOf(
  text: ReturnType<typeof useText>,
  { courseId, assignmentId }: { readonly courseId: string; readonly assignmentId: string },
): readonly Column<RosterLine>[] {
  return [
    {
      title: text("grading.student"),
      isLead: true,
      cell: ({ studentName, submissionId, isEnrolled, members }) => (
        <span className="row student-cell">
          <Avatar name={studentName} />
          <span>
            {submissionId === null ? (
              studentName
            ) : (
              <PlaceLink className="item-title" href={places.grade(courseId, assignmentId, submissionId)}>
                {studentName}
              </PlaceLink>
            )}
            {members > 1 && <span className="faint"> {text("grading.members", { count: members - 1 })}</span>}
            {!isEnrolled && <span className="faint"> {text("grading.left")}</span>}
          </span>
        </span>
      ),
    },
    {
      title: text("grading.when"),
      cell: ({ receivedAt, isLate }) =>
        receivedAt === null ? (
          "–"
        ) : (
          <span className="row">
            <DateTime at={receivedAt} />
            {isLate && <Badge tone="danger">{text("grading.late")}</Badge>}
          </span>
        ),
    },
    {
      title: text("grading.state"),
      cell: ({ state, hasAppeal, isRegrade }) => (
        <span className="row">
          <Badge {...(toneOf[state] ? { tone: toneOf[state] } : {})}>
            {text(isRegrade && state === "handed_in" ? "grading.regrade" : `grading.state.${state}`)}
          </Badge>
          {hasAppeal && <Badge tone="danger">{text("grading.filter.appeal")}</Badge>}
        </span>
      ),
    },
    {
      title: text("grading.points"),
      align: "end",
      cell: ({ points, pointsMax }) => (
        <span className="number one-line">
          {points === null
            ? "–"
            : text("grading.pointsOf", { points: pointsText(points), max: pointsText(pointsMax) })}
        </span>
      ),
    },
  ];
}
