/** Placing assignments of the course among its materials. */
import { useState } from "react";
import type { Outline } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Badge, EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { modulesOf } from "./contents-order.ts";
import "./messages.ts";

export interface PlaceAssignmentDialogProps {
  readonly courseId: string;
  readonly outline: Outline;
  /** Those that stand in the contents already. */
  readonly placedIds: ReadonlySet<string>;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function PlaceAssignmentDialog({ isOpen, onClose, ...rest }: PlaceAssignmentDialogProps) {
  const text = useText();
  return (
    <Dialog title={text("place.title")} isOpen={isOpen} onClose={onClose}>
      {isOpen && <Choose {...rest} />}
      <div className="dialog-actions">
        <Button onPress={onClose}>{text("close")}</Button>
      </div>
    </Dialog>
  );
}

const general = "general";

function Choose({ courseId, outline, placedIds }: Omit<PlaceAssignmentDialogProps, "isOpen" | "onClose">) {
  const text = useText();
  const modules = modulesOf(outline);
  const [moduleId, setModule] = useState(modules[1]?.moduleId ?? general);
  const assignments = usePages("assignments.listAssignments", { courseId });
  const place = useCommand("materials.placeAssignment");
  function put(assignmentId: string, title: string) {
    const input = { courseId, assignmentId, moduleId: moduleId === general ? null : moduleId };
    void place.run(input).then(
      () => toast(text("place.done", { title })),
      () => {},
    );
  }
  return (
    <div className="stack">
      <Select
        label={text("place.into")}
        value={moduleId}
        onChange={setModule}
        options={modules.map((module) => ({
          value: module.moduleId ?? general,
          label: module.title ?? text("module.general"),
        }))}
      />
      <ErrorNotice error={place.error} />
      <Paged of={assignments}>
        {(all) => {
          const left = all.filter(({ assignmentId }) => !placedIds.has(assignmentId));
          if (left.length === 0)
            return (
              <EmptyState
                icon="task"
                title={text(all.length === 0 ? "place.none" : "place.allPlaced")}
                hint={text("place.noneHint")}
              />
            );
          return (
            <ul className="list" aria-label={text("place.title")}>
              {left.map(({ assignmentId, title, state }) => (
                <li key={assignmentId}>
                  <span className="item-title grow">{title}</span>
                  {state === "draft" && <Badge tone="warm">{text("materials.draft")}</Badge>}
                  <Button
                    aria-label={text("place.one", { title })}
                    isDisabled={place.isPending}
                    onPress={() => put(assignmentId, title)}
                  >
                    {text("place.action")}
                  </Button>
                </li>
              ))}
            </ul>
          );
        }}
      </Paged>
    </div>
  );
}
