/** All materials of a course as one ZIP, or those that are chosen. */
import { useState } from "react";
import { read } from "../client.ts";
import type { Material } from "../contract.ts";
import { atNode } from "../nodes.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { bytesText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export interface DownloadMaterialsProps {
  readonly courseId: string;
  readonly materials: readonly Material[];
}

/** An address has room for so many ids; whoever wants more takes all. */
const chosenMax = 100;

export function DownloadMaterials({ courseId, materials }: DownloadMaterialsProps) {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  const open = materials.filter(({ locks }) => locks.length === 0);
  if (open.length === 0) return null;
  return (
    <>
      <Button look="quiet" icon="download" onPress={() => setOpen(true)}>
        {text("zip.open")}
      </Button>
      <Dialog title={text("zip.title")} isOpen={isOpen} onClose={() => setOpen(false)}>
        {isOpen && <Choose courseId={courseId} materials={open} onClose={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Choose({ courseId, materials, onClose }: DownloadMaterialsProps & { readonly onClose: () => void }) {
  const text = useText();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const chosen = materials.filter(({ materialId }) => !left.has(materialId));
  const isAll = chosen.length === materials.length;
  const bytes = chosen.reduce((sum, { file }) => sum + (file?.bytes ?? 0), 0);
  const isTooMany = !isAll && chosen.length > chosenMax;

  async function download() {
    setPending(true);
    setError(null);
    try {
      const some = isAll ? {} : { materialIds: chosen.map(({ materialId }) => materialId) };
      const { url } = await read("materials.downloadMaterials", { courseId, ...some });
      location.assign(atNode(url));
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setPending(false);
    }
  }
  const setAll = (isChosen: boolean) =>
    setLeft(new Set(isChosen ? [] : materials.map(({ materialId }) => materialId)));

  return (
    <div className="stack">
      <p className="soft">{text("zip.hint")}</p>
      <fieldset className="stack-tight release-after">
        <legend className="visually-hidden">{text("zip.title")}</legend>
        <Checkbox isSelected={isAll} onChange={setAll}>
          <strong>{text("zip.all")}</strong>
        </Checkbox>
        {materials.map(({ materialId, title }) => (
          <Checkbox
            key={materialId}
            isSelected={!left.has(materialId)}
            onChange={(isChosen) => {
              const next = new Set(left);
              if (isChosen) next.delete(materialId);
              else next.add(materialId);
              setLeft(next);
            }}
          >
            {title}
          </Checkbox>
        ))}
      </fieldset>
      <p className="faint number" role="status">
        {isTooMany
          ? text("zip.tooMany", { count: chosenMax })
          : text("zip.chosen", { count: chosen.length, size: bytesText(bytes) })}
      </p>
      <ErrorNotice error={error} />
      <div className="dialog-actions">
        <Button onPress={onClose}>{text("materials.cancel")}</Button>
        <Button
          look="primary"
          isPending={isPending}
          isDisabled={chosen.length === 0 || isTooMany}
          onPress={() => void download()}
        >
          {text("reader.download")}
        </Button>
      </div>
    </div>
  );
}
