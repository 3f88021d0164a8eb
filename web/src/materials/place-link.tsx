/** Links within the school by their address, opened without loading the app anew. */
import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import { Icon, type IconName } from "../ui/icon.tsx";

/** The addresses of the pages about materials and assignments. */
export const places = {
  contents: (courseId: string) => `/courses/${courseId}`,
  material: (courseId: string, materialId: string) => `/courses/${courseId}/materials/${materialId}`,
  revision: (courseId: string, materialId: string, revision: number) =>
    `/courses/${courseId}/materials/${materialId}?revision=${revision}`,
  editPage: (courseId: string, materialId: string) => `/courses/${courseId}/materials/${materialId}/edit`,
  readers: (courseId: string) => `/courses/${courseId}/reading`,
  assignments: (courseId: string) => `/courses/${courseId}/assignments`,
  assignment: (courseId: string, assignmentId: string) => `/courses/${courseId}/assignments/${assignmentId}`,
  submissions: (courseId: string, assignmentId: string) =>
    `/courses/${courseId}/assignments/${assignmentId}/submissions`,
  grade: (courseId: string, assignmentId: string, submissionId?: string) => {
    const search = submissionId === undefined ? "" : `?submission=${submissionId}`;
    return `/courses/${courseId}/assignments/${assignmentId}/grade${search}`;
  },
  rubric: (courseId: string, assignmentId: string) =>
    `/courses/${courseId}/assignments/${assignmentId}/rubric`,
  grades: (courseId: string) => `/courses/${courseId}/grades`,
  ask: (courseId: string, about: { materialId?: string; page?: number; assignmentId?: string }) => {
    const search = new URLSearchParams();
    for (const [field, value] of Object.entries(about))
      if (value !== undefined) search.set(field, String(value));
    return `/courses/${courseId}/queries/new?${search}`;
  },
} as const;

export interface PlaceLinkProps {
  readonly href: string;
  readonly children: ReactNode;
  readonly className?: string;
  /** Shown as a button of this look. */
  readonly look?: "primary" | "plain" | "quiet";
  readonly icon?: IconName;
}

export function PlaceLink({ href, children, className, look, icon }: PlaceLinkProps) {
  const router = useRouter();
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain || event.defaultPrevented) return;
    event.preventDefault();
    router.history.push(href);
  }
  return (
    <a
      href={href}
      onClick={follow}
      className={look ? "button" : className}
      {...(look ? { "data-look": look } : {})}
    >
      {icon && <Icon name={icon} />}
      {look ? <span>{children}</span> : children}
    </a>
  );
}
