/** What one has begun to read in a course, to go on with. */
import { useRead } from "../data.ts";
import { useText } from "../ui/text.ts";
import { PlaceLink, places } from "./place-link.tsx";
import "./messages.ts";

export function RecentReading({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const recent = useRead("materials.listRecentReading", { courseId, limit: 1 });
  const [material] = recent.data?.items ?? [];
  if (material === undefined) return null;
  const page = material.pages === null ? null : (material.myReading?.place ?? null);
  return (
    <PlaceLink look="primary" icon="play" href={places.material(courseId, material.materialId)}>
      {page === null
        ? text("recent.continue", { title: material.title })
        : text("recent.continueAt", { title: material.title, page })}
    </PlaceLink>
  );
}
