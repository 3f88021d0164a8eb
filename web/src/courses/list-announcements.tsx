/** What has been announced in a course, the newest first; those who teach post here, and may take back what they said. */
import { useState } from "react";
import type { Announcement, Course } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Markdown } from "../materials/markdown.tsx";
import { Button } from "../ui/button.tsx";
import { Avatar, DateTime, EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { useCourse } from "./course-context.ts";
import { PostAnnouncementDialog } from "./post-announcement.tsx";
import "./course-pages.css";
import "./messages.ts";

/** The announcements of the course around it. */
export function AnnouncementsPage() {
  const course = useCourse();
  const text = useText();
  const list = usePages("courses.listAnnouncements", { courseId: course.courseId });
  const [isPosting, setPosting] = useState(false);
  return (
    <section className="section" aria-labelledby="announcements">
      <div className="row row-apart">
        <h2 id="announcements">{text("course.announcements")}</h2>
        {course.mayTeach && (
          <Button icon="plus" onPress={() => setPosting(true)}>
            {text("announcements.post")}
          </Button>
        )}
      </div>
      <Paged of={list}>
        {(announcements) =>
          announcements.length === 0 ? (
            <EmptyState
              icon="bell"
              title={text("announcements.empty")}
              hint={text(course.mayTeach ? "announcements.emptyTeach" : "announcements.emptyStudy")}
            />
          ) : (
            <ul className="stack-wide plain-list">
              {announcements.map((announcement) => (
                <li key={announcement.announcementId}>
                  <AnnouncementCard course={course} announcement={announcement} />
                </li>
              ))}
            </ul>
          )
        }
      </Paged>
      {course.mayTeach && (
        <PostAnnouncementDialog course={course} isOpen={isPosting} onClose={() => setPosting(false)} />
      )}
    </section>
  );
}

interface AnnouncementCardProps {
  readonly course: Course;
  readonly announcement: Announcement;
}

function AnnouncementCard({ course, announcement }: AnnouncementCardProps) {
  const text = useText();
  const { run } = useCommand("courses.removeAnnouncement");
  const { announcementId, title, body, postedBy, postedAt } = announcement;

  async function remove() {
    await run({ announcementId });
    toast(text("announcements.removed"), () => void run({ announcementId, restore: true }));
  }

  return (
    <article className="card stack" aria-labelledby={`announcement-${announcementId}`}>
      <div className="row row-apart">
        <span className="person">
          <Avatar name={postedBy.name} />
          <span className="person-lines">
            <span>{postedBy.name}</span>
            <span className="faint">
              <DateTime at={postedAt} />
            </span>
          </span>
        </span>
        {course.mayTeach && (
          <Button look="quiet" onPress={remove}>
            {text("announcements.remove")}
          </Button>
        )}
      </div>
      <h3 id={`announcement-${announcementId}`}>{title}</h3>
      {body !== "" && <Markdown source={body} />}
    </article>
  );
}
