/** One module of the contents: its items in order, moved by drag, by keyboard (Alt and an arrow) and by menu. */

import { type DragEvent, useState } from "react";
import type { Course, Outline } from "../contract.ts";
import { isOpen } from "../courses/course-context.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Badge } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { AssignmentRow } from "./assignment-row.tsx";
import { type ContentsItem, type ContentsPart, modulesOf, placeIn, stepOf } from "./contents-order.ts";
import { MaterialRow } from "./material-row.tsx";
import { type OpenDialog, reasonOf } from "./moves.ts";
import { OutlineActions } from "./outline-actions.tsx";
import "./messages.ts";

export interface ContentsModuleProps {
  readonly course: Course;
  readonly outline: Outline;
  readonly module: Outline["modules"][number] | null;
  readonly items: readonly ContentsItem[];
  /** All of the contents, to know where an item comes from. */
  readonly parts: readonly ContentsPart[];
  /** Stands under the heading of a section, so that its own is one deeper. */
  readonly isInSection: boolean;
  readonly onDialog: (dialog: OpenDialog) => void;
}

/** Where an item is dropped is told by the browser as text. */
const dragType = "application/x-lyceum-item";

export function ContentsModule(props: ContentsModuleProps) {
  const { course, outline, module, items, parts, isInSection, onDialog } = props;
  const Heading = isInSection ? "h3" : "h2";
  const text = useText();
  const { courseId } = course;
  const mayTeach = course.mayTeach && isOpen(course);
  const moduleId = module?.moduleId ?? null;
  const move = useMove(courseId, parts);
  const publish = useCommand("materials.publishMaterials");
  const drafts = items.flatMap((item) =>
    item.kind === "material" && item.material.state === "draft" ? [item.id] : [],
  );
  if (module === null && items.length === 0) return null;
  function publishAll() {
    void publish.run({ courseId, materialIds: drafts.slice(0, 100), published: true }).then(
      ({ changedIds }) => toast(text("materials.publishedCount", { count: changedIds.length })),
      (error: unknown) => toast(text("materials.failed", { reason: reasonOf(error) })),
    );
  }
  function dropBefore(beforeId: string | null) {
    return {
      onDragOver: (event: DragEvent) => {
        if (mayTeach && event.dataTransfer.types.includes(dragType)) event.preventDefault();
      },
      onDrop: (event: DragEvent) => {
        const dragged = event.dataTransfer.getData(dragType);
        if (!mayTeach || dragged === "") return;
        event.preventDefault();
        event.stopPropagation();
        const [kind = "", id = ""] = dragged.split(" ");
        if (id !== beforeId)
          move(kind === "material" ? "material" : "assignment", id, { moduleId, beforeId });
      },
    };
  }
  return (
    <section
      className="contents-module"
      aria-label={module?.title ?? text("materials.list")}
      {...dropBefore(null)}
    >
      {module !== null && (
        <div className="row">
          <Heading className="contents-module-title grow">{module.title}</Heading>
          {module.state === "draft" && <Badge tone="warm">{text("materials.draft")}</Badge>}
          {mayTeach && drafts.length > 1 && (
            <Button look="quiet" isPending={publish.isPending} onPress={publishAll}>
              {text("materials.publishAll", { count: drafts.length })}
            </Button>
          )}
          {mayTeach && <OutlineActions outline={outline} module={module} />}
        </div>
      )}
      {items.length === 0 ? (
        <p className="faint">{text(mayTeach ? "module.emptyStaff" : "module.empty")}</p>
      ) : (
        <ul className="list" aria-label={module?.title ?? text("materials.list")}>
          {items.map((item) => {
            const steps = (direction: "up" | "down") => {
              const step = stepOf(items, item.id, direction);
              return step && (() => move(item.kind, item.id, { moduleId, beforeId: step.beforeId }));
            };
            const moves = {
              up: steps("up"),
              down: steps("down"),
              into: modulesOf(outline)
                .filter((other) => other.moduleId !== moduleId)
                .map((other) => ({
                  id: other.moduleId ?? "general",
                  title: other.title ?? text("module.general"),
                  run: () => move(item.kind, item.id, { moduleId: other.moduleId, beforeId: null }),
                })),
            };
            return (
              <li
                key={item.id}
                className="material-row"
                draggable={mayTeach}
                onDragStart={(event) => event.dataTransfer.setData(dragType, `${item.kind} ${item.id}`)}
                {...dropBefore(item.id)}
                onKeyDown={(event) => {
                  if (!mayTeach || !event.altKey) return;
                  const go =
                    event.key === "ArrowUp" ? moves.up : event.key === "ArrowDown" ? moves.down : undefined;
                  if (go === undefined) return;
                  event.preventDefault();
                  go();
                }}
              >
                {item.kind === "material" ? (
                  <MaterialRow
                    material={item.material}
                    mayTeach={mayTeach}
                    moves={moves}
                    onDialog={onDialog}
                  />
                ) : (
                  <AssignmentRow
                    courseId={courseId}
                    assignmentId={item.id}
                    mayTeach={mayTeach}
                    moves={moves}
                  />
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

type Destination = { readonly moduleId: string | null; readonly beforeId: string | null };

function useMove(courseId: string, parts: readonly ContentsPart[]) {
  const text = useText();
  const material = useCommand("materials.moveMaterial");
  const assignment = useCommand("materials.placeAssignment");
  const [isMoving, setMoving] = useState(false);
  const sayFailed = (error: unknown) => toast(text("materials.failed", { reason: reasonOf(error) }));
  const run = (kind: "material" | "assignment", id: string, to: Destination): Promise<unknown> =>
    kind === "material"
      ? material.run({ materialId: id, ...to })
      : assignment.run({ courseId, assignmentId: id, ...to });
  return (kind: "material" | "assignment", id: string, to: Destination) => {
    if (isMoving) return;
    setMoving(true);
    const from = placeIn(parts, id);
    const back = from === null ? undefined : () => void run(kind, id, from).catch(sayFailed);
    void run(kind, id, to)
      .then(() => toast(text("materials.moved"), back), sayFailed)
      .finally(() => setMoving(false));
  };
}
