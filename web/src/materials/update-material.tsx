/** Changing what a material is called, what it is for, and who sees it. */
import type { Material } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export interface UpdateMaterialDialogProps {
  /** Null keeps it closed. */
  readonly material: Material | null;
  readonly onClose: () => void;
}

export function UpdateMaterialDialog({ material, onClose }: UpdateMaterialDialogProps) {
  const text = useText();
  const update = useCommand("materials.updateMaterial");

  async function save(fields: Readonly<Record<string, string>>, key: string) {
    if (!material) return;
    const { materialId, version } = material;
    const title = fields.title ?? "";
    await update.run(
      {
        materialId,
        version,
        title,
        description: fields.description ?? "",
        published: fields.published === "yes",
      },
      key,
    );
    onClose();
    toast(text("materials.saved", { title }));
  }

  return (
    <Dialog title={text("materials.editTitle")} isOpen={material !== null} onClose={onClose}>
      {material && (
        <Form onSubmit={save}>
          {({ isPending }) => (
            <>
              <TextField
                label={text("materials.title")}
                name="title"
                defaultValue={material.title}
                maxLength={200}
                isRequired
                autoFocus
              />
              <TextField
                label={text("materials.description")}
                name="description"
                hint={text("materials.descriptionHint")}
                defaultValue={material.description}
                maxLength={4_000}
                rows={4}
              />
              <Checkbox name="published" defaultSelected={material.state === "published"}>
                {text("materials.isPublished")}
              </Checkbox>
              <div className="dialog-actions">
                <Button onPress={onClose}>{text("materials.cancel")}</Button>
                <Button type="submit" look="primary" isPending={isPending}>
                  {text("materials.save")}
                </Button>
              </div>
            </>
          )}
        </Form>
      )}
    </Dialog>
  );
}
