/** One announcement, in the list and by itself: who said what when, its files, who has read it, and what may be done with it. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { dateTimeIn } from "../assignments/course-dates.ts";
import { read } from "../client.ts";
import type { Announcement, Course } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Markdown } from "../materials/markdown.tsx";
import { AttachmentList } from "../queries/attachments.tsx";
import { Button } from "../ui/button.tsx";
import { Menu, type MenuAction } from "../ui/menu.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Avatar, Badge, DateTime, dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { AnnouncementDialog } from "./announcement-dialog.tsx";
import { ReadersDialog } from "./announcement-readers.tsx";
import { isOpen } from "./course-context.ts";
import { useReadOnSight } from "./read-on-sight.ts";
import "./announcements.css";
import "./messages.ts";

export interface AnnouncementCardProps {
  readonly course: Course;
  readonly announcement: Announcement;
  /** By itself its title is the page's, and nothing leads to where one is. */
  readonly isAlone?: boolean;
}

export function AnnouncementCard({ course, announcement, isAlone = false }: AnnouncementCardProps) {
  const text = useText();
  const { announcementId, courseId, title, body, postedBy, state, removedAt, isPinned, isUnread } =
    announcement;
  const remove = useCommand("courses.removeAnnouncement");
  const update = useCommand("courses.updateAnnouncement");
  const [isEditing, setEditing] = useState(false);
  const mayRead = isUnread && course.myRole !== null && isOpen(course);
  const sight = useReadOnSight(mayRead ? { courseId, announcementId } : null);
  const mayChange = course.mayTeach && isOpen(course);
  const isRemoved = removedAt !== null;
  // What went wrong stands above the text.
  const shown = () => {};

  const takeAway = () =>
    void remove
      .run({ announcementId })
      .then(
        () =>
          toast(
            text("announcements.removed"),
            () => void remove.run({ announcementId, restore: true }).catch(shown),
          ),
        shown,
      );
  const takeBack = () =>
    void remove
      .run({ announcementId, restore: true })
      .then(() => toast(text("announcements.restored")), shown);
  const change = (what: { pinned?: boolean; publishAt?: null }, done?: string) =>
    void update
      .run({ announcementId, version: announcement.version, ...what })
      .then(() => (done === undefined ? undefined : toast(done)), shown);

  const actions: MenuAction[] = isRemoved
    ? []
    : [
        { id: "edit", label: text("announcements.edit"), run: () => setEditing(true) },
        ...(state === "scheduled" && course.state === "published"
          ? [
              {
                id: "now",
                label: text("announcements.postNow"),
                run: () => change({ publishAt: null }, text("announcements.posted")),
              },
            ]
          : []),
        {
          id: "pin",
          label: text(isPinned ? "announcements.unpin" : "announcements.pin"),
          run: () => change({ pinned: !isPinned }),
        },
        { id: "remove", label: text("announcements.remove"), isDangerous: true, run: takeAway },
      ];

  return (
    <article
      ref={sight}
      className="card announcement stack"
      aria-labelledby={`announcement-${announcementId}`}
      {...(isPinned ? { "data-pinned": "" } : {})}
    >
      <div className="announcement-head">
        <span className="person grow">
          <Avatar name={postedBy.name} />
          <span className="person-lines">
            <span>{postedBy.name}</span>
            <When announcement={announcement} course={course} />
          </span>
        </span>
        <span className="row announcement-marks">
          {isUnread && <Badge tone="accent">{text("announcements.isNew")}</Badge>}
          {isPinned && <Badge>{text("announcements.isPinned")}</Badge>}
          {state === "scheduled" && <Badge tone="warm">{text("announcements.isScheduled")}</Badge>}
          {isRemoved && <Badge tone="danger">{text("announcements.isRemoved")}</Badge>}
          {mayChange && actions.length > 0 && (
            <Menu label={text("announcements.actions", { title })} actions={actions} />
          )}
          {mayChange && isRemoved && (
            <Button isPending={remove.isPending} onPress={takeBack}>
              {text("announcements.restore")}
            </Button>
          )}
        </span>
      </div>
      <ErrorNotice error={update.error ?? remove.error} />
      <h3 id={`announcement-${announcementId}`}>
        {isAlone ? (
          title
        ) : (
          <Link
            to="/courses/$courseId/announcements/$announcementId"
            params={{ courseId, announcementId }}
            className="item-title"
          >
            {title}
          </Link>
        )}
      </h3>
      {body !== "" && <Markdown source={body} />}
      <AttachmentList
        attachments={announcement.files.map(({ fileId, file }) => ({ attachmentId: fileId, file }))}
        urlOf={urlOfFile}
      />
      <Readers announcement={announcement} />
      {mayChange && (
        <AnnouncementDialog
          course={course}
          announcement={announcement}
          isOpen={isEditing}
          onClose={() => setEditing(false)}
        />
      )}
    </article>
  );
}

async function urlOfFile(fileId: string): Promise<string> {
  return (await read("courses.getAnnouncementFile", { fileId })).url;
}

function When({ announcement, course }: Pick<AnnouncementCardProps, "announcement" | "course">) {
  const text = useText();
  const { state, postedAt, editedAt } = announcement;
  if (state === "scheduled")
    return (
      <span className="faint">
        {course.state === "draft" && postedAt <= Date.now()
          ? text("announcements.goesOutPublished")
          : text("announcements.goesOut", { when: dateTimeIn(postedAt, course.timeZone) })}
      </span>
    );
  return (
    <span className="faint">
      <DateTime at={postedAt} />
      {editedAt !== null && ` · ${text("announcements.isEdited", { when: dateTimeText(editedAt) })}`}
    </span>
  );
}

/** For those who teach: how many have read it, and who. */
function Readers({ announcement }: { readonly announcement: Announcement }) {
  const text = useText();
  const [isShown, setShown] = useState(false);
  const { readers, state } = announcement;
  if (readers === null || state !== "posted") return null;
  return (
    <div className="announcement-read">
      <Button look="quiet" icon="check" onPress={() => setShown(true)}>
        {text("announcements.readBy", { read: readers.read, count: readers.students })}
      </Button>
      {isShown && <ReadersDialog announcement={announcement} onClose={() => setShown(false)} />}
    </div>
  );
}
