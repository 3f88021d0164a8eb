/** The revisions of a material: who made which, opened and restored. */
import type { Material } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { PlaceLink, places } from "./place-link.tsx";
import { UploadList } from "./upload-list.tsx";
import { useUploads } from "./upload-queue.ts";
import "./messages.ts";

export interface MaterialHistoryDialogProps {
  readonly material: Material | null;
  readonly onClose: () => void;
}

export function MaterialHistoryDialog({ material, onClose }: MaterialHistoryDialogProps) {
  const text = useText();
  return (
    <Dialog title={text("history.title")} isOpen={material !== null} onClose={onClose}>
      {material && <History material={material} onClose={onClose} />}
    </Dialog>
  );
}

function History({ material, onClose }: { readonly material: Material; readonly onClose: () => void }) {
  const text = useText();
  const { materialId, courseId, kind, title } = material;
  const now = useRead("materials.getMaterial", { materialId });
  const revisions = useRead("materials.listMaterialRevisions", { materialId });
  const restore = useCommand("materials.restoreMaterialRevision");
  const replace = useCommand("materials.replaceMaterialFile");
  const version = now.data?.version ?? material.version;
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    await replace.run({ materialId, version, uploadId }, key);
    toast(text("history.replaced", { title }));
  });
  return (
    <div className="stack">
      {kind === "file" && (
        <>
          <FileDrop
            label={text("history.drop")}
            hint={text("history.dropHint")}
            onFiles={(files) => queue.add(files)}
          />
          <UploadList queue={queue} items={items} />
        </>
      )}
      <ErrorNotice error={restore.error} />
      <Loaded of={revisions}>
        {({ items: all }) => (
          <ul className="list" aria-label={text("history.title")}>
            {all.map(({ revision, isCurrent, madeBy, madeAt, note, file, url }) => (
              <li key={revision}>
                <div className="grow stack-tight">
                  <p className="row">
                    <PlaceLink className="item-title" href={places.revision(courseId, materialId, revision)}>
                      {text("history.revision", { revision })}
                    </PlaceLink>
                    {isCurrent && <Badge tone="good">{text("history.current")}</Badge>}
                  </p>
                  <p className="faint">
                    {madeBy.name} · <DateTime at={madeAt} />
                  </p>
                  {(note !== "" || file !== null || url !== null) && (
                    <p className="soft">{[note, file?.fileName ?? url ?? ""].filter(Boolean).join(" · ")}</p>
                  )}
                </div>
                {!isCurrent && (
                  <Button
                    isPending={restore.isPending}
                    onPress={() =>
                      void restore.run({ materialId, version, revision }).then(
                        () => toast(text("history.restored", { revision })),
                        () => {},
                      )
                    }
                  >
                    {text("history.restore")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <div className="dialog-actions">
        <Button onPress={onClose}>{text("close")}</Button>
      </div>
    </div>
  );
}
