/** An assignment among the materials, by reference: what it is, its own slice says. */
import { useCommand, useRead } from "../data.ts";
import { Icon } from "../ui/icon.tsx";
import { Menu } from "../ui/menu.tsx";
import { Badge } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { type Moves, moveActions, reasonOf } from "./moves.ts";
import { PlaceLink, places } from "./place-link.tsx";
import "./messages.ts";

export interface AssignmentRowProps {
  readonly courseId: string;
  readonly assignmentId: string;
  readonly mayTeach: boolean;
  readonly moves: Moves;
}

export function AssignmentRow({ courseId, assignmentId, mayTeach, moves }: AssignmentRowProps) {
  const text = useText();
  const assignment = useRead("assignments.getAssignment", { assignmentId });
  const place = useCommand("materials.placeAssignment");
  const title = assignment.data?.title ?? text("materials.assignment");
  const takeOut = () =>
    void place.run({ courseId, assignmentId, placed: false }).then(
      () => toast(text("materials.takenOut", { title })),
      (error: unknown) => toast(text("materials.failed", { reason: reasonOf(error) })),
    );
  return (
    <>
      <span className="material-kind" data-kind="assignment">
        <Icon name="task" />
      </span>
      <div className="grow">
        <p className="row">
          <PlaceLink className="item-title" href={places.assignment(courseId, assignmentId)}>
            {title}
          </PlaceLink>
          {assignment.data?.state === "draft" && <Badge tone="warm">{text("materials.draft")}</Badge>}
        </p>
        <p className="faint">{text("materials.assignment")}</p>
      </div>
      {mayTeach && (
        <Menu
          label={text("materials.actions", { title })}
          actions={[
            ...moveActions(moves, text),
            { id: "out", label: text("materials.takeOut"), icon: "close", run: takeOut },
          ]}
        />
      )}
    </>
  );
}
