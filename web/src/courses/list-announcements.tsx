/** What has been announced in a course: pinned ones first, then the newest; those who teach also see what waits and what went. */
import { useState } from "react";
import type { Announcement, Course } from "../contract.ts";
import { useCommand, usePages, useRead } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/pieces.tsx";
import { Segments } from "../ui/segments.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { AnnouncementCard } from "./announcement-card.tsx";
import { AnnouncementDialog } from "./announcement-dialog.tsx";
import { isOpen, useCourse } from "./course-context.ts";
import "./announcements.css";
import "./messages.ts";

const lists = ["posted", "scheduled", "removed"] as const;
type List = (typeof lists)[number];

/** The announcements of the course around it. */
export function AnnouncementsPage() {
  const course = useCourse();
  const text = useText();
  const [list, setList] = useState<List>("posted");
  const [isPosting, setPosting] = useState(false);
  const mayChange = course.mayTeach && isOpen(course);
  return (
    <section className="section" aria-labelledby="announcements">
      <div className="row row-apart">
        <h2 id="announcements">{text("announcements.heading")}</h2>
        <div className="row">
          <MarkAllRead course={course} />
          {mayChange && (
            <Button icon="plus" onPress={() => setPosting(true)}>
              {text("announcements.post")}
            </Button>
          )}
        </div>
      </div>
      {course.mayTeach && (
        <div>
          <Segments
            label={text("announcements.list")}
            options={lists.map((value) => ({ value, label: text(`announcements.list.${value}`) }))}
            value={list}
            onChange={setList}
          />
        </div>
      )}
      <Announcements key={list} course={course} list={list} />
      {mayChange && (
        <AnnouncementDialog
          course={course}
          announcement={null}
          isOpen={isPosting}
          onClose={(isScheduled) => {
            setPosting(false);
            if (isScheduled !== undefined) setList(isScheduled ? "scheduled" : "posted");
          }}
        />
      )}
    </section>
  );
}

function Announcements({ course, list }: { readonly course: Course; readonly list: List }) {
  const found = usePages("courses.listAnnouncements", { courseId: course.courseId, list });
  return (
    <Paged of={found}>
      {(announcements: readonly Announcement[]) =>
        announcements.length === 0 ? (
          <Nothing list={list} mayTeach={course.mayTeach} />
        ) : (
          <ul className="stack plain-list">
            {announcements.map((announcement) => (
              <li key={announcement.announcementId}>
                <AnnouncementCard course={course} announcement={announcement} />
              </li>
            ))}
          </ul>
        )
      }
    </Paged>
  );
}

function Nothing({ list, mayTeach }: { readonly list: List; readonly mayTeach: boolean }) {
  const text = useText();
  if (list === "scheduled")
    return (
      <EmptyState
        icon="clock"
        title={text("announcements.emptyScheduled")}
        hint={text("announcements.emptyScheduledHint")}
      />
    );
  if (list === "removed")
    return (
      <EmptyState
        icon="bell"
        title={text("announcements.emptyRemoved")}
        hint={text("announcements.emptyRemovedHint")}
      />
    );
  return (
    <EmptyState
      icon="bell"
      title={text("announcements.empty")}
      hint={text(mayTeach ? "announcements.emptyTeach" : "announcements.emptyStudy")}
    />
  );
}

function MarkAllRead({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId } = course;
  const { run, isPending } = useCommand("courses.markAnnouncementsRead");
  const unread = useRead("courses.countUnreadAnnouncements", { courseId }).data?.items[0]?.unread ?? 0;
  if (unread === 0 || course.myRole === null || !isOpen(course)) return null;
  async function markAll() {
    let count = 0;
    for (let remaining = true; remaining; ) {
      const done = await run({ courseId });
      count += done.marked;
      remaining = done.remaining;
    }
    toast(text("announcements.marked", { count }));
  }
  return (
    <Button look="quiet" icon="check" isPending={isPending} onPress={() => void markAll().catch(() => {})}>
      {text("announcements.markAll")}
    </Button>
  );
}
