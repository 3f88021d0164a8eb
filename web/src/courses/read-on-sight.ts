/** Marks an announcement as read once it has been on the screen for a moment, as a reader would say they have read it. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { command } from "../client.ts";

const sightMs = 1_500;

/** The ref of what is to be seen; null where nothing is to be marked. */
export function useReadOnSight(
  about: { readonly courseId: string; readonly announcementId: string } | null,
): (element: HTMLElement | null) => void {
  const queries = useQueryClient();
  const element = useRef<HTMLElement | null>(null);
  const courseId = about?.courseId;
  const announcementId = about?.announcementId;
  useEffect(() => {
    const { current } = element;
    if (current === null || courseId === undefined || announcementId === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(([entry]) => {
      clearTimeout(timer);
      if (entry?.isIntersecting !== true) return;
      timer = setTimeout(() => {
        observer.disconnect();
        // Untold, it stays unread and is told the next time. The mark that it is new stays while one looks at it.
        command("courses.markAnnouncementsRead", { courseId, announcementIds: [announcementId] }).then(
          () => queries.invalidateQueries({ queryKey: ["courses.countUnreadAnnouncements"] }),
          () => {},
        );
      }, sightMs);
    });
    observer.observe(current);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [courseId, announcementId, queries]);
  return (found) => {
    element.current = found;
  };
}
