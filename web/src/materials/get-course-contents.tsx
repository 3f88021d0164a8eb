/** What a course gives its people to read, module by module; those who teach add, order, publish and remove here. */
import { useEffect, useState } from "react";
import { isOpen, useCourse } from "../courses/course-context.ts";
import { usePages, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { EmptyState, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { AddToContents } from "./add-to-contents.tsx";
import { CaptionsDialog } from "./captions-dialog.tsx";
import { ContentsModule } from "./contents-module.tsx";
import { contentsOf } from "./contents-order.ts";
import { DownloadMaterials } from "./download-materials.tsx";
import { MaterialHistoryDialog } from "./material-history.tsx";
import type { OpenDialog } from "./moves.ts";
import { OutlineActions } from "./outline-actions.tsx";
import { RecentReading } from "./recent-reading.tsx";
import { MaterialReleaseDialog } from "./set-material-release.tsx";
import { UpdateMaterialDialog } from "./update-material.tsx";
import "./messages.ts";
import "./materials.css";

export function ContentsPage() {
  const course = useCourse();
  const text = useText();
  const { courseId, mayTeach } = course;
  const mayChange = mayTeach && isOpen(course);
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const outline = useRead("courses.getOutline", { courseId });
  const contents = usePages("materials.getCourseContents", { courseId });
  const placed = usePages("materials.listPlacedAssignments", { courseId });
  useWhole(contents);
  useWhole(placed);
  const materials = contents.data?.pages.flatMap((page) => page.items) ?? [];
  const assignments = placed.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = materials.length === 0 && assignments.length === 0;
  const openIn = (about: OpenDialog["about"]) => (dialog?.about === about ? dialog.material : null);
  if (contents.data === undefined)
    return contents.error === null ? (
      <Skeleton />
    ) : (
      <ErrorNotice error={contents.error} onRetry={() => void contents.refetch()} />
    );
  return (
    <div className="stack">
      {mayChange ? (
        <AddToContents
          courseId={courseId}
          outline={outline.data}
          placedIds={new Set(assignments.map(({ assignmentId }) => assignmentId))}
        >
          <DownloadMaterials courseId={courseId} materials={materials} />
        </AddToContents>
      ) : (
        <div className="row">
          {!mayTeach && <RecentReading courseId={courseId} />}
          <DownloadMaterials courseId={courseId} materials={materials} />
        </div>
      )}
      <Loaded of={outline}>
        {(shown) => {
          const parts = contentsOf(shown, materials, assignments);
          const modules = [...shown.modules, ...shown.sections.flatMap((section) => section.modules)];
          if (isEmpty && (!mayTeach || modules.length === 0))
            return (
              <EmptyState
                icon="book"
                title={text(mayTeach ? "materials.emptyStaff" : "materials.emptyStudent")}
                hint={text(mayTeach ? "materials.emptyStaffHint" : "materials.emptyStudentHint")}
              />
            );
          return parts.map(({ section, groups }) => (
            <section key={section?.sectionId ?? ""} className="stack contents-section">
              {section !== null && (
                <div className="row">
                  <h2 className="grow">{section.title}</h2>
                  {mayChange && <OutlineActions outline={shown} section={section} />}
                </div>
              )}
              {groups.map(({ module, items }) => (
                <ContentsModule
                  key={module?.moduleId ?? ""}
                  course={course}
                  outline={shown}
                  module={module}
                  items={items}
                  parts={parts}
                  isInSection={section !== null}
                  onDialog={setDialog}
                />
              ))}
            </section>
          ));
        }}
      </Loaded>
      <UpdateMaterialDialog material={openIn("edit")} onClose={() => setDialog(null)} />
      <MaterialReleaseDialog
        material={openIn("release")}
        materials={materials}
        onClose={() => setDialog(null)}
      />
      <CaptionsDialog material={openIn("captions")} onClose={() => setDialog(null)} />
      <MaterialHistoryDialog material={openIn("history")} onClose={() => setDialog(null)} />
    </div>
  );
}

/** Contents are ordered as a whole, so all pages of them are fetched. */
function useWhole(pages: {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}): void {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
}
