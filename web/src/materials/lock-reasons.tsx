/** Why a material is locked and what unlocks it, in plain words and the reader's own time. */
import type { Material } from "../contract.ts";
import { useRead } from "../data.ts";
import { dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { PlaceLink, places } from "./place-link.tsx";
import "./messages.ts";

type Lock = Material["locks"][number];

export function LockReasons({ material }: { readonly material: Pick<Material, "courseId" | "locks"> }) {
  return (
    <ul className="lock-reasons">
      {material.locks.map((lock) => (
        <li key={`${lock.kind} ${lock.materialId} ${lock.assignmentId}`}>
          <LockReason lock={lock} courseId={material.courseId} />
        </li>
      ))}
    </ul>
  );
}

function LockReason({ lock, courseId }: { readonly lock: Lock; readonly courseId: string }) {
  const text = useText();
  switch (lock.kind) {
    case "from":
    case "until":
      return text(lock.kind === "from" ? "lock.from" : "lock.until", { date: dateTimeText(lock.at ?? 0) });
    case "after_material":
      return lock.materialId === null ? (
        lock.reason
      ) : (
        <>
          {text("lock.afterMaterial")}{" "}
          <PlaceLink href={places.material(courseId, lock.materialId)}>{lock.materialTitle}</PlaceLink>
        </>
      );
    case "after_assignment":
      return <AfterAssignment courseId={courseId} assignmentId={lock.assignmentId ?? ""} />;
    case "group":
      return lock.reason;
  }
}

function AfterAssignment({
  courseId,
  assignmentId,
}: {
  readonly courseId: string;
  readonly assignmentId: string;
}) {
  const text = useText();
  const assignment = useRead("assignments.getAssignment", { assignmentId });
  const title = assignment.data?.title;
  if (title === undefined) return text("lock.afterSomeAssignment");
  return (
    <>
      {text("lock.afterAssignment")}{" "}
      <PlaceLink href={places.assignment(courseId, assignmentId)}>{title}</PlaceLink>
    </>
  );
}
