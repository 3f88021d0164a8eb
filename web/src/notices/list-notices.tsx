/** What somebody should know, the newest first; opening one marks it as read. */
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import type { ReadOutput } from "../contract.ts";
import { useCommand, usePages, useRead } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { DateTime, EmptyState, PageHead } from "../ui/pieces.tsx";
import { Segments } from "../ui/segments.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";
import "./notices.css";

type Notice = ReadOutput<"notices.listNotices">["items"][number];

const icons: Readonly<Record<Notice["kind"], IconName>> = {
  announcement_posted: "bell",
  material_published: "book",
  assignment_published: "task",
  assignment_due_soon: "clock",
  grade_released: "grade",
  query_asked: "query",
  query_answered: "query",
  enrolment_started: "school",
  submission_received: "check",
  extension_granted: "clock",
  grade_changed: "grade",
  appeal_opened: "grade",
  appeal_answered: "grade",
  query_followed_up: "query",
  query_merged: "query",
};

export function NoticesPage() {
  const text = useText();
  const [unread, setUnread] = useState(false);
  const list = usePages("notices.listNotices", { unread });
  const count = useRead("notices.countNotices", {});
  return (
    <>
      <PageHead
        title={text("notices.title")}
        lead={<p className="soft">{text("notices.lead")}</p>}
        actions={
          <Link to="/notices/preferences" className="button" data-look="plain">
            <Icon name="clock" />
            {text("notices.preferences")}
          </Link>
        }
      />
      <div className="stack">
        <div className="row row-apart">
          <Segments
            label={text("notices.filter")}
            options={[
              { value: "all", label: text("notices.all") },
              { value: "unread", label: text("notices.unread") },
            ]}
            value={unread ? "unread" : "all"}
            onChange={(value) => setUnread(value === "unread")}
          />
          {(count.data?.unread ?? 0) > 0 && <MarkAll />}
        </div>
        <Paged of={list}>
          {(notices: readonly Notice[]) =>
            notices.length === 0 ? (
              <EmptyState
                icon="bell"
                title={text(unread ? "notices.emptyUnread" : "notices.empty")}
                hint={text(unread ? "notices.emptyUnreadText" : "notices.emptyText")}
              />
            ) : (
              <ul className="list" aria-label={text("notices.list")}>
                {notices.map((notice) => (
                  <NoticeRow key={notice.noticeId} notice={notice} />
                ))}
              </ul>
            )
          }
        </Paged>
      </div>
    </>
  );
}

function MarkAll() {
  const text = useText();
  const { run, isPending } = useCommand("notices.markNoticesRead");
  async function markAll() {
    let count = 0;
    for (let remaining = true; remaining; ) {
      const marked = await run({});
      count += marked.marked;
      remaining = marked.remaining;
    }
    toast(text("notices.marked", { count }));
  }
  return (
    <Button look="quiet" icon="check" isPending={isPending} onPress={() => void markAll()}>
      {text("notices.markAll")}
    </Button>
  );
}

function NoticeRow({ notice }: { readonly notice: Notice }) {
  const text = useText();
  const { run } = useCommand("notices.markNoticesRead");
  const { noticeId, kind, course, title, createdAt, readAt } = notice;
  const open = () => {
    if (readAt === null) void run({ noticeIds: [noticeId] });
  };
  const lines = (
    <>
      <span className="notice-kind soft">
        {readAt === null && (
          <span className="notice-dot">
            <span className="visually-hidden">{text("notices.isUnread")}</span>
          </span>
        )}
        {text(`notices.kind.${kind}`)}
      </span>
      <span className="notice-title">{title ?? text("notices.gone")}</span>
    </>
  );
  return (
    <li className="list-row notice-row" {...(readAt === null ? { "data-unread": "" } : {})}>
      <span className="notice-icon">
        <Icon name={icons[kind]} />
      </span>
      <span className="grow stack-tight">
        {title === null ? (
          <span className="notice-lines">{lines}</span>
        ) : (
          <NoticeLink notice={notice} onPress={open}>
            {lines}
          </NoticeLink>
        )}
        <span className="faint row">
          <span>{course.code}</span>
          <DateTime at={createdAt} />
          <Why kind={kind} />
        </span>
      </span>
    </li>
  );
}

/** The link to what the notice is about. */
function NoticeLink({
  notice,
  onPress,
  children,
}: {
  readonly notice: Notice;
  readonly onPress: () => void;
  readonly children: ReactNode;
}) {
  const { courseId } = notice.course;
  const { announcementId, materialId, assignmentId, queryId, submissionId } = notice.subject;
  const rest = { className: "notice-lines", onClick: onPress, children };
  if (announcementId !== null)
    return (
      <Link
        to="/courses/$courseId/announcements/$announcementId"
        params={{ courseId, announcementId }}
        {...rest}
      />
    );
  if (materialId !== null)
    return <Link to="/courses/$courseId/materials/$materialId" params={{ courseId, materialId }} {...rest} />;
  if (assignmentId !== null && submissionId !== null)
    return (
      <Link
        to="/courses/$courseId/assignments/$assignmentId/grade"
        params={{ courseId, assignmentId }}
        search={{ submission: submissionId }}
        {...rest}
      />
    );
  if (assignmentId !== null)
    return (
      <Link to="/courses/$courseId/assignments/$assignmentId" params={{ courseId, assignmentId }} {...rest} />
    );
  if (queryId !== null)
    return <Link to="/courses/$courseId/queries/$queryId" params={{ courseId, queryId }} {...rest} />;
  return <Link to="/courses/$courseId" params={{ courseId }} {...rest} />;
}

function Why({ kind }: { readonly kind: Notice["kind"] }) {
  const text = useText();
  return (
    <DialogTrigger>
      <AriaButton className="link-button">{text("notices.why")}</AriaButton>
      <Popover className="popover notice-why">
        <Dialog aria-label={text("notices.why")} className="stack-tight">
          <p>{text(`notices.reason.${kind}`)}</p>
          <Link to="/notices/preferences">{text("notices.changeWhy")}</Link>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
