/** One query with its answers, between who asked it and those who teach. */

import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { CallError } from "../client.ts";
import type { Course, QueryThread } from "../contract.ts";
import { isOpen } from "../courses/course-context.ts";
import { useCommand, useRead } from "../data.ts";
import { Markdown } from "../materials/markdown.tsx";
import { useArrival } from "../ui/arrival.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Avatar, Badge, DateTime, EmptyState, PageHead, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { SubjectLink } from "./about.tsx";
import { AnswerForm } from "./answer-query.tsx";
import { AttachmentList } from "./attachments.tsx";
import { CourseCrumbs } from "./crumbs.tsx";
import { EditText } from "./edit-text.tsx";
import { Revisions } from "./list-revisions.tsx";
import { MergedNotice, QueryActions } from "./query-actions.tsx";
import { QueryStateBadge } from "./query-state.tsx";
import "./messages.ts";
import "./queries.css";

export function QueryPage() {
  const { courseId = "", queryId = "" } = useParams({ strict: false });
  const course = useRead("courses.getCourse", { courseId });
  // Often enough to see that a colleague answers, or has answered.
  const thread = useRead("queries.getQuery", { queryId }, { everyMs: 10_000 });
  const error = course.error ?? thread.error;
  if (course.data !== undefined && thread.data !== undefined)
    return <Thread course={course.data} thread={thread.data} />;
  if (error instanceof CallError && error.status === 404) return <QueryNotFound courseId={courseId} />;
  if (error === null) return <Skeleton lines={4} />;
  return <ErrorNotice error={error} onRetry={() => void Promise.all([course.refetch(), thread.refetch()])} />;
}

function Thread({ course, thread }: { readonly course: Course; readonly thread: QueryThread }) {
  const text = useText();
  const { query, answers } = thread;
  const { isOwn, isMerged } = query;
  useArrival(true);
  const manner = course.mayTeach ? "answer" : isOwn ? "followUp" : "classmate";
  const isChangeable = isOpen(course);
  const mayWrite = isChangeable && (manner === "followUp" || (query.state !== "closed" && !isMerged));
  return (
    <div className="thread">
      <PageHead
        title={query.title}
        documentTitle={`${query.title} · ${course.code}`}
        path={<CourseCrumbs course={course} />}
        // A change of the state, by oneself or by others, is read out.
        lead={
          <p className="row soft" role="status">
            <QueryStateBadge query={query} />
            {query.visibility === "class" && <Badge>{text("queries.forClass")}</Badge>}
            {query.sameCount > 0 && <Badge>{text("queries.sames", { count: query.sameCount })}</Badge>}
          </p>
        }
        actions={isChangeable && <QueryActions thread={thread} mayTeach={course.mayTeach} />}
      />
      <div className="stack">
        <SubjectLink query={query} />
        <MergedNotice thread={thread} mayTeach={course.mayTeach} />
        <Question thread={thread} isChangeable={isChangeable} mayTeach={course.mayTeach} />
        <section className="stack" aria-labelledby="answers">
          <h2 id="answers">{text("query.answersTitle")}</h2>
          {answers.length === 0 && (
            <p className="soft">{text(isOwn ? "query.noAnswerStudent" : "query.noAnswer")}</p>
          )}
          {answers.length > 0 && (
            <ol className="stack">
              {answers.map((answer) => (
                <li key={answer.answerId} id={`answer=${answer.answerId}`} tabIndex={-1}>
                  <AnswerPost
                    thread={thread}
                    answer={answer}
                    mayTeach={course.mayTeach && isChangeable}
                    isClosed={query.state === "closed" || !isChangeable}
                  />
                </li>
              ))}
            </ol>
          )}
        </section>
        {query.state === "closed" && <p className="soft">{text("query.closedHint")}</p>}
        {mayWrite && <AnswerForm key={query.queryId} thread={thread} manner={manner} />}
      </div>
    </div>
  );
}

interface QuestionProps {
  readonly thread: QueryThread;
  readonly isChangeable: boolean;
  readonly mayTeach: boolean;
}

function Question({ thread, isChangeable, mayTeach }: QuestionProps) {
  const { query, attachments } = thread;
  const text = useText();
  const [isEditing, setEditing] = useState(false);
  const { run } = useCommand("queries.editQuery");
  const { queryId, version } = query;
  if (isEditing)
    return (
      <EditText
        title={query.title}
        body={query.body}
        onSave={(changed, key) => run({ queryId, version, ...changed }, key)}
        onClose={() => setEditing(false)}
      />
    );
  return (
    <Post
      name={query.asker?.name ?? text("query.anonymous")}
      at={query.createdAt}
      body={query.body}
      look="question"
      notes={[
        ...(query.anonymous && query.asker !== null ? [text("query.anonymousToClass")] : []),
        ...(query.editedAt === null ? [] : [text("query.edited")]),
      ]}
    >
      <AttachmentList attachments={attachments} />
      <div className="row">
        {isChangeable && query.isOwn && query.answerCount === 0 && !query.isMerged && (
          <Button look="quiet" onPress={() => setEditing(true)}>
            {text("edit.edit")}
          </Button>
        )}
        {query.editedAt !== null && (query.isOwn || mayTeach) && (
          <Revisions thread={thread} answerId={null} />
        )}
      </div>
    </Post>
  );
}

interface AnswerPostProps {
  readonly thread: QueryThread;
  readonly answer: QueryThread["answers"][number];
  readonly mayTeach: boolean;
  readonly isClosed: boolean;
}

function AnswerPost({ thread, answer, mayTeach, isClosed }: AnswerPostProps) {
  const text = useText();
  const [isEditing, setEditing] = useState(false);
  const edit = useCommand("queries.editAnswer");
  const endorse = useCommand("queries.endorseAnswer");
  const { answerId, version, authorRole, endorsedBy } = answer;
  if (isEditing)
    return (
      <EditText
        body={answer.body}
        onSave={({ body }, key) => edit.run({ answerId, version, body }, key)}
        onClose={() => setEditing(false)}
      />
    );
  return (
    <Post
      name={answer.author?.name ?? text("query.anonymous")}
      at={answer.createdAt}
      body={answer.body}
      look={answer.kind === "follow_up" ? "question" : authorRole === "staff" ? "answer" : "classmate"}
      notes={[
        text(`query.by.${authorRole}`),
        ...(endorsedBy === null ? [] : [text("query.endorsedBy", { name: endorsedBy.name })]),
        ...(answer.isShared ? [text("query.shared")] : []),
        ...(answer.editedAt === null ? [] : [text("query.edited")]),
      ]}
    >
      <AttachmentList attachments={answer.attachments} />
      <ErrorNotice error={endorse.error} />
      <div className="row">
        {answer.isOwn && !isClosed && (
          <Button look="quiet" onPress={() => setEditing(true)}>
            {text("edit.edit")}
          </Button>
        )}
        {answer.editedAt !== null && (answer.isOwn || mayTeach) && (
          <Revisions thread={thread} answerId={answerId} />
        )}
        {mayTeach && authorRole === "classmate" && (
          <Button
            look="quiet"
            isPending={endorse.isPending}
            onPress={() =>
              // What failed is shown above.
              void endorse.run({ answerId, endorsed: endorsedBy === null }).catch(() => undefined)
            }
          >
            {text(endorsedBy === null ? "query.endorse" : "query.unendorse")}
          </Button>
        )}
      </div>
    </Post>
  );
}

interface PostProps {
  readonly name: string;
  readonly at: number;
  readonly body: string;
  readonly look: "question" | "answer" | "classmate";
  /** What else there is to say about it, in a few words each. */
  readonly notes: readonly string[];
  readonly children?: ReactNode;
}

function Post({ name, at, body, look, notes, children }: PostProps) {
  return (
    <article className="post" data-kind={look}>
      <header className="post-head">
        <Avatar name={name} />
        <span className="post-lines">
          <span className="item-title">{name}</span>
          <span className="faint query-facts">
            <span>
              <DateTime at={at} />
            </span>
            {notes.map((note) => (
              <span key={note}>{note}</span>
            ))}
          </span>
        </span>
      </header>
      <Markdown source={body} />
      {children}
    </article>
  );
}

function QueryNotFound({ courseId }: { readonly courseId: string }) {
  const text = useText();
  return (
    <>
      <PageHead title={text("query.notFound")} />
      <EmptyState icon="query" title={text("query.notFoundTitle")} hint={text("query.notFoundText")}>
        <Link to="/courses/$courseId/queries" params={{ courseId }} className="button" data-look="plain">
          {text("ask.toQueries")}
        </Link>
      </EmptyState>
    </>
  );
}
