/** Where a result and each place in it opens. */
import type { SearchPlace, SearchResult } from "../contract.ts";

/** The address of a result, at one of its places where one is given. */
export function addressOf({ kind, sourceId, course }: SearchResult, place?: SearchPlace): string {
  const at = `/courses/${course.courseId}`;
  switch (kind) {
    case "course":
      return at;
    case "material":
      return `${at}/materials/${sourceId}${hashOf(place)}`;
    case "assignment":
      return `${at}/assignments/${sourceId}`;
    case "announcement":
      return `${at}/announcements/${sourceId}`;
    case "query":
      return `${at}/queries/${sourceId}${hashOf(place)}`;
  }
}

function hashOf(place: SearchPlace | undefined): string {
  if (place === undefined) return "";
  if (place.page !== null) return `#page=${place.page}`;
  if (place.headingNumber !== null) return `#heading=${place.headingNumber}`;
  return place.answerId === null ? "" : `#answer=${place.answerId}`;
}
