/** What a course gives its students to read, in order; staff add, publish, edit and remove here. */
import { useState } from "react";
import type { Material } from "../contract.ts";
import { useCourse } from "../courses/course-context.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Icon } from "../ui/icon.tsx";
import { Menu } from "../ui/menu.tsx";
import { Badge, bytesText, EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { CourseMaterialUpload } from "./course-material-upload.tsx";
import { iconOfKind, kindKey, kindOfMaterial } from "./file-kind.ts";
import { PlaceLink, places } from "./place-link.tsx";
import { UpdateMaterialDialog } from "./update-material.tsx";
import "./messages.ts";
import "./materials.css";

export function ContentsPage() {
  const course = useCourse();
  const text = useText();
  const [edited, setEdited] = useState<Material | null>(null);
  const contents = usePages("materials.getCourseContents", { courseId: course.courseId });
  return (
    <div className="stack">
      {course.mayTeach && <CourseMaterialUpload courseId={course.courseId} />}
      <Paged of={contents}>
        {(all) => {
          const materials = all.filter((each) => each.removedAt === null);
          if (materials.length === 0 && !contents.hasNextPage)
            return (
              <EmptyState
                icon="book"
                title={text(course.mayTeach ? "materials.emptyStaff" : "materials.emptyStudent")}
                hint={text(course.mayTeach ? "materials.emptyStaffHint" : "materials.emptyStudentHint")}
              />
            );
          return (
            <ul className="list" aria-label={text("materials.list")}>
              {materials.map((material) => (
                <MaterialRow
                  key={material.materialId}
                  material={material}
                  mayTeach={course.mayTeach}
                  onEdit={() => setEdited(material)}
                />
              ))}
            </ul>
          );
        }}
      </Paged>
      <UpdateMaterialDialog material={edited} onClose={() => setEdited(null)} />
    </div>
  );
}

interface MaterialRowProps {
  readonly material: Material;
  readonly mayTeach: boolean;
  readonly onEdit: () => void;
}

function MaterialRow({ material, mayTeach, onEdit }: MaterialRowProps) {
  const text = useText();
  const run = useMaterialActions(material);
  const { title, file, pages, state } = material;
  const kind = kindOfMaterial(material);
  const facts = [
    text(kindKey(kind)),
    ...(pages === null ? [] : [text("materials.pages", { count: pages })]),
    ...(file === null ? [] : [bytesText(file.bytes)]),
  ];
  const isDraft = state === "draft";
  return (
    <li className="material-row">
      <span className="material-kind" data-kind={kind}>
        <Icon name={iconOfKind(kind)} />
      </span>
      <div className="grow">
        <p className="row">
          <PlaceLink className="item-title" href={places.material(material.courseId, material.materialId)}>
            {title}
          </PlaceLink>
          {isDraft && <Badge tone="warm">{text("materials.draft")}</Badge>}
        </p>
        {material.description !== "" && <p className="soft material-about">{material.description}</p>}
        <p className="faint number">{facts.join(" · ")}</p>
      </div>
      {mayTeach && (
        <Menu
          label={text("materials.actions", { title })}
          actions={[
            {
              id: "publish",
              label: text(isDraft ? "materials.publish" : "materials.unpublish"),
              icon: "check",
              run: () => run.publish(isDraft),
            },
            { id: "edit", label: text("materials.edit"), icon: "task", run: onEdit },
            {
              id: "remove",
              label: text("materials.remove"),
              icon: "close",
              isDangerous: true,
              run: run.remove,
            },
          ]}
        />
      )}
    </li>
  );
}

/** What is done with one press, and can be taken back with another. */
function useMaterialActions({ materialId, title, version }: Material) {
  const text = useText();
  const update = useCommand("materials.updateMaterial");
  const remove = useCommand("materials.removeMaterial");
  const restore = useCommand("materials.restoreMaterial");
  const reasonOf = (error: unknown) => (error instanceof Error ? error.message : "");
  const sayFailed = (error: unknown) => toast(text("materials.failed", { reason: reasonOf(error) }));
  const bringBack = () =>
    restore.run({ materialId }).then(
      () => toast(text("materials.restored", { title })),
      (error: unknown) => toast(text("materials.notRestored", { title, reason: reasonOf(error) })),
    );
  return {
    publish: (published: boolean) =>
      void update
        .run({ materialId, version, published })
        .then(
          () => toast(text(published ? "materials.published" : "materials.unpublished", { title })),
          sayFailed,
        ),
    remove: () =>
      void remove
        .run({ materialId })
        .then(() => toast(text("materials.removed", { title }), () => void bringBack()), sayFailed),
  };
}
