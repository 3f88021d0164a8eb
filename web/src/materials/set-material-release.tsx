/** When a material opens and for whom: dates in the reader's own zone, what comes before it, groups. */
import { useState } from "react";
import { instantOf, localFieldOf, zoneName } from "../assignments/local-time.ts";
import type { Material } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { ReleaseGroups } from "./release-groups.tsx";
import "./messages.ts";

export interface MaterialReleaseDialogProps {
  readonly material: Material | null;
  readonly materials: readonly Material[];
  readonly onClose: () => void;
}

export function MaterialReleaseDialog({ material, materials, onClose }: MaterialReleaseDialogProps) {
  const text = useText();
  return (
    <Dialog title={text("release.title")} isOpen={material !== null} onClose={onClose}>
      {material && <ReleaseForm material={material} materials={materials} onClose={onClose} />}
    </Dialog>
  );
}

type ReleaseFormProps = MaterialReleaseDialogProps & { readonly material: Material };
type Prerequisite = NonNullable<Material["release"]>["after"][number];

function ReleaseForm({ material, materials, onClose }: ReleaseFormProps) {
  const text = useText();
  const { materialId, version, courseId, release } = material;
  const set = useCommand("materials.setMaterialRelease");
  const assignments = usePages("assignments.listAssignments", { courseId });
  const [after, setAfter] = useState<readonly Prerequisite[]>(release?.after ?? []);
  const [groupIds, setGroupIds] = useState<readonly string[]>(release?.groupIds ?? []);
  const choices = [
    ...materials
      .filter((other) => other.materialId !== materialId)
      .map((other) => ({
        kind: "material" as const,
        id: other.materialId,
        label: text("release.readFirst", { title: other.title }),
      })),
    ...(assignments.data?.pages.flatMap((page) => page.items) ?? []).map((each) => ({
      kind: "assignment" as const,
      id: each.assignmentId,
      label: text("release.handInFirst", { title: each.title }),
    })),
  ];
  async function save(fields: Readonly<Record<string, string>>, key: string) {
    await set.run(
      {
        materialId,
        version,
        publishAt: instantOf(fields.publishAt ?? ""),
        availableFrom: instantOf(fields.availableFrom ?? ""),
        availableUntil: instantOf(fields.availableUntil ?? ""),
        after: after.map(({ kind, id }) => ({ kind, id })),
        groupIds: [...groupIds],
      },
      key,
    );
    onClose();
    toast(text("release.saved"));
  }
  const dateField = (name: "publishAt" | "availableFrom" | "availableUntil") => (
    <TextField
      label={text(`release.${name}`)}
      hint={text("release.zone", { zone: zoneName() })}
      name={name}
      type="datetime-local"
      {...(typeof release?.[name] === "number" ? { defaultValue: localFieldOf(release[name]) } : {})}
    />
  );
  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          {material.state !== "published" && dateField("publishAt")}
          {dateField("availableFrom")}
          {dateField("availableUntil")}
          <fieldset className="stack-tight release-after">
            <legend className="field-label">{text("release.after")}</legend>
            {choices.length === 0 && <p className="faint">{text("release.nothingBefore")}</p>}
            {choices.map(({ kind, id, label }) => (
              <Checkbox
                key={id}
                isSelected={after.some((each) => each.id === id)}
                onChange={(isChosen) =>
                  setAfter((before) =>
                    isChosen ? [...before, { kind, id }] : before.filter((each) => each.id !== id),
                  )
                }
              >
                {label}
              </Checkbox>
            ))}
          </fieldset>
          <ReleaseGroups courseId={courseId} chosen={groupIds} onChange={setGroupIds} />
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("materials.cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("materials.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
