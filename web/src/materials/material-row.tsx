/** A material in the contents: what it is, whether one has read it, why it is locked, and what can be done with it. */
import type { Material } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Icon } from "../ui/icon.tsx";
import { Menu, type MenuAction } from "../ui/menu.tsx";
import { Badge, bytesText, dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { iconOfKind, kindKey, kindOfMaterial } from "./file-kind.ts";
import { LockReasons } from "./lock-reasons.tsx";
import { type Moves, moveActions, type OpenDialog, reasonOf } from "./moves.ts";
import { PlaceLink, places } from "./place-link.tsx";
import "./messages.ts";

export interface MaterialRowProps {
  readonly material: Material;
  readonly mayTeach: boolean;
  readonly moves: Moves;
  readonly onDialog: (dialog: OpenDialog) => void;
}

export function MaterialRow({ material, mayTeach, moves, onDialog }: MaterialRowProps) {
  const text = useText();
  const actions = useMaterialActions(material, moves, onDialog);
  const { title, file, pages, state, locks, release, myReading } = material;
  const kind = kindOfMaterial(material);
  const isLocked = locks.length > 0;
  const place = myReading?.readAt === null && kind === "pdf" ? myReading.place : null;
  const facts = [
    text(kindKey(kind)),
    ...(material.url === null ? [] : [new URL(material.url).host]),
    ...(pages === null ? [] : [text("materials.pages", { count: pages })]),
    ...(file === null ? [] : [bytesText(file.bytes)]),
    ...(place === null ? [] : [text("materials.atPage", { page: place })]),
  ];
  return (
    <>
      <span className="material-kind" data-kind={kind}>
        <Icon name={isLocked ? "key" : iconOfKind(kind)} />
      </span>
      <div className="grow">
        <p className="row">
          <PlaceLink className="item-title" href={places.material(material.courseId, material.materialId)}>
            {title}
          </PlaceLink>
          {state === "draft" && <Badge tone="warm">{text("materials.draft")}</Badge>}
          {isLocked && <Badge>{text("materials.locked")}</Badge>}
          {!mayTeach && typeof myReading?.readAt === "number" && (
            <Badge tone="good">{text("reader.read")}</Badge>
          )}
        </p>
        {material.description !== "" && <p className="soft material-about">{material.description}</p>}
        {isLocked ? <LockReasons material={material} /> : <p className="faint number">{facts.join(" · ")}</p>}
        {release !== null && <ReleaseFacts release={release} />}
      </div>
      {mayTeach && <Menu label={text("materials.actions", { title })} actions={actions} />}
    </>
  );
}

/** The rules in a line, for those who teach. */
function ReleaseFacts({ release }: { readonly release: NonNullable<Material["release"]> }) {
  const text = useText();
  const { publishAt, availableFrom, availableUntil, after, groupIds } = release;
  const facts = [
    ...(publishAt === null ? [] : [text("release.publishAtFact", { date: dateTimeText(publishAt) })]),
    ...(availableFrom === null ? [] : [text("release.fromFact", { date: dateTimeText(availableFrom) })]),
    ...(availableUntil === null ? [] : [text("release.untilFact", { date: dateTimeText(availableUntil) })]),
    ...(after.length === 0 ? [] : [text("release.afterFact", { count: after.length })]),
    ...(groupIds.length === 0 ? [] : [text("release.groupsFact", { count: groupIds.length })]),
  ];
  return facts.length === 0 ? null : <p className="faint">{facts.join(" · ")}</p>;
}

function useMaterialActions(
  material: Material,
  moves: Moves,
  onDialog: MaterialRowProps["onDialog"],
): MenuAction[] {
  const text = useText();
  const { materialId, title, version } = material;
  const isDraft = material.state !== "published";
  const isRecording = ["audio", "video"].includes(kindOfMaterial(material));
  const update = useCommand("materials.updateMaterial");
  const remove = useCommand("materials.removeMaterial");
  const restore = useCommand("materials.restoreMaterial");
  const sayFailed = (error: unknown) => toast(text("materials.failed", { reason: reasonOf(error) }));
  const bringBack = () =>
    restore.run({ materialId }).then(
      () => toast(text("materials.restored", { title })),
      (error: unknown) => toast(text("materials.notRestored", { title, reason: reasonOf(error) })),
    );
  return [
    {
      id: "publish",
      label: text(isDraft ? "materials.publish" : "materials.unpublish"),
      icon: "check",
      run: () =>
        void update
          .run({ materialId, version, published: isDraft })
          .then(
            () => toast(text(isDraft ? "materials.published" : "materials.unpublished", { title })),
            sayFailed,
          ),
    },
    {
      id: "edit",
      label: text("materials.edit"),
      icon: "task",
      run: () => onDialog({ about: "edit", material }),
    },
    {
      id: "release",
      label: text("release.action"),
      icon: "clock",
      run: () => onDialog({ about: "release", material }),
    },
    {
      id: "history",
      label: text("history.action"),
      icon: "back",
      run: () => onDialog({ about: "history", material }),
    },
    ...(isRecording
      ? [
          {
            id: "captions",
            label: text("captions.action"),
            icon: "play" as const,
            run: () => onDialog({ about: "captions", material }),
          },
        ]
      : []),
    ...moveActions(moves, text),
    {
      id: "remove",
      label: text("materials.remove"),
      icon: "close",
      isDangerous: true,
      run: () =>
        void remove
          .run({ materialId })
          .then(() => toast(text("materials.removed", { title }), () => void bringBack()), sayFailed),
    },
  ];
}
