/** One query with its answers, between who asked it and those who teach. */
import { Link, useParams } from "@tanstack/react-router";
import { CallError } from "../client.ts";
import type { Course, QueryThread } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { useMe } from "../frame/me.ts";
import { Markdown } from "../materials/markdown.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Avatar, DateTime, EmptyState, PageHead, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { SubjectLink } from "./about.tsx";
import { AnswerForm } from "./answer-query.tsx";
import { CourseCrumbs } from "./crumbs.tsx";
import { QueryStateBadge } from "./query-state.tsx";
import "./messages.ts";
import "./queries.css";

export function QueryPage() {
  const { courseId = "", queryId = "" } = useParams({ strict: false });
  const course = useRead("courses.getCourse", { courseId });
  const thread = useRead("queries.getQuery", { queryId });
  const error = course.error ?? thread.error;
  if (course.data !== undefined && thread.data !== undefined)
    return <Thread course={course.data} thread={thread.data} />;
  if (error instanceof CallError && error.status === 404) return <QueryNotFound courseId={courseId} />;
  if (error === null) return <Skeleton lines={4} />;
  return <ErrorNotice error={error} onRetry={() => void Promise.all([course.refetch(), thread.refetch()])} />;
}

function Thread({ course, thread }: { readonly course: Course; readonly thread: QueryThread }) {
  const text = useText();
  const { person } = useMe();
  const { query, answers } = thread;
  const isOwn = query.asker.personId === person.id;
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
          </p>
        }
        actions={<StateAction thread={thread} />}
      />
      <div className="stack">
        <SubjectLink query={query} />
        <Post name={query.asker.name} at={query.createdAt} body={query.body} isQuestion />
        <section className="stack" aria-labelledby="answers">
          <h2 id="answers">{text("query.answersTitle")}</h2>
          {answers.length === 0 && (
            <p className="soft">{text(isOwn ? "query.noAnswerStudent" : "query.noAnswer")}</p>
          )}
          {answers.length > 0 && (
            <ol className="stack">
              {answers.map((answer) => (
                <li key={answer.answerId}>
                  <Post name={answer.author.name} at={answer.createdAt} body={answer.body} />
                </li>
              ))}
            </ol>
          )}
        </section>
        {query.state === "closed" && <p className="soft">{text("query.closedHint")}</p>}
        {query.state !== "closed" && course.mayTeach && (
          <AnswerForm key={query.queryId} queryId={query.queryId} />
        )}
      </div>
    </div>
  );
}

/** Closing what needs nothing more, and opening it again: harmless either way, so it is not asked about. */
function StateAction({ thread: { query } }: { readonly thread: QueryThread }) {
  const text = useText();
  const close = useCommand("queries.closeQuery");
  const reopen = useCommand("queries.reopenQuery");
  const isClosed = query.state === "closed";
  const { run, isPending, error } = isClosed ? reopen : close;

  async function move() {
    try {
      await run({ queryId: query.queryId });
      toast(text(isClosed ? "query.reopened" : "query.closed"));
    } catch {
      // Shown below the button, from the command's own account of it.
    }
  }
  return (
    <div className="stack-tight">
      <Button isPending={isPending} onPress={() => void move()}>
        {text(isClosed ? "query.reopen" : "query.close")}
      </Button>
      <ErrorNotice error={error} />
    </div>
  );
}

interface PostProps {
  readonly name: string;
  readonly at: number;
  readonly body: string;
  readonly isQuestion?: boolean;
}

function Post({ name, at, body, isQuestion = false }: PostProps) {
  return (
    <article className="post" data-kind={isQuestion ? "question" : "answer"}>
      <header className="post-head">
        <Avatar name={name} />
        <span className="post-lines">
          <span className="item-title">{name}</span>
          <span className="faint">
            <DateTime at={at} />
          </span>
        </span>
      </header>
      <Markdown source={body} />
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
