/** The captions of a recording: added, replaced and removed as WebVTT files. */
import { useState } from "react";
import type { Material } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { UploadList } from "./upload-list.tsx";
import { useUploads } from "./upload-queue.ts";
import "./messages.ts";

export interface CaptionsDialogProps {
  readonly material: Material | null;
  readonly onClose: () => void;
}

export function CaptionsDialog({ material, onClose }: CaptionsDialogProps) {
  const text = useText();
  return (
    <Dialog title={text("captions.title")} isOpen={material !== null} onClose={onClose}>
      {material && <Captions material={material} />}
      <div className="dialog-actions">
        <Button onPress={onClose}>{text("close")}</Button>
      </div>
    </Dialog>
  );
}

function Captions({ material }: { readonly material: Material }) {
  const text = useText();
  const { materialId } = material;
  const now = useRead("materials.getMaterial", { materialId });
  const captions = now.data?.captions ?? material.captions;
  const [language, setLanguage] = useState(() => navigator.language.split("-")[0] ?? "en");
  const [label, setLabel] = useState("");
  const add = useCommand("materials.addCaptions");
  const remove = useCommand("materials.removeCaptions");
  const shownLabel = label.trim() === "" ? languageName(language) : label.trim();
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    const before = captions.filter((each) => each.language.toLowerCase() === language.toLowerCase());
    await add.run({ materialId, language, label: shownLabel, uploadId }, key);
    // Only when the new ones are there do those of the same language go.
    for (const { captionId } of before) await remove.run({ materialId, captionId });
    toast(text(before.length > 0 ? "captions.replaced" : "captions.added", { label: shownLabel }));
  });
  return (
    <div className="stack">
      {captions.length === 0 ? (
        <EmptyState icon="play" title={text("media.noCaptions")} hint={text("captions.noneHint")} />
      ) : (
        <ul className="list" aria-label={text("captions.title")}>
          {captions.map((caption) => (
            <li key={caption.captionId}>
              <span className="item-title grow">{caption.label}</span>
              <span className="faint">{caption.language}</span>
              <Button
                aria-label={text("captions.removeOne", { label: caption.label })}
                isPending={remove.isPending}
                onPress={() =>
                  void remove.run({ materialId, captionId: caption.captionId }).then(
                    () => toast(text("captions.removed", { label: caption.label })),
                    () => {},
                  )
                }
              >
                {text("materials.remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ErrorNotice error={remove.error} />
      <TextField
        label={text("captions.language")}
        hint={text("captions.languageHint")}
        value={language}
        onChange={setLanguage}
        maxLength={20}
        isRequired
      />
      <TextField
        label={text("captions.label")}
        hint={text("captions.labelHint", { label: languageName(language) })}
        value={label}
        onChange={setLabel}
        maxLength={60}
      />
      <FileDrop
        label={text("captions.drop")}
        hint={text("captions.dropHint")}
        accept={[".vtt", "text/vtt"]}
        onFiles={(files) => queue.add(files)}
      />
      <UploadList queue={queue} items={items} />
    </div>
  );
}

/** What a language calls itself; the tag where nobody knows. */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
