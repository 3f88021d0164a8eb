/** One announcement by its own address: where searches, notices, mails and the calendar lead. */
import { Link, useParams } from "@tanstack/react-router";
import { CallError } from "../client.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Icon } from "../ui/icon.tsx";
import { EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { AnnouncementCard } from "./announcement-card.tsx";
import { useCourse } from "./course-context.ts";
import "./messages.ts";

export function AnnouncementPage() {
  const text = useText();
  const course = useCourse();
  const { announcementId = "" } = useParams({ strict: false });
  const announcement = useRead("courses.getAnnouncement", { announcementId });
  const { error } = announcement;
  const isGone = error instanceof CallError && error.status === 404;
  return (
    <section className="section" aria-labelledby="announcements">
      <div className="row row-apart">
        <h2 id="announcements">{text("announcements.heading")}</h2>
        <Link
          to="/courses/$courseId/announcements"
          params={{ courseId: course.courseId }}
          className="button"
          data-look="quiet"
        >
          <Icon name="back" />
          {text("announcements.all")}
        </Link>
      </div>
      {isGone ? (
        <EmptyState
          icon="bell"
          title={text("announcements.notFound")}
          hint={text("announcements.notFoundHint")}
        />
      ) : (
        <Loaded of={announcement}>
          {(data) => <AnnouncementCard course={course} announcement={data} isAlone />}
        </Loaded>
      )}
    </section>
  );
}
