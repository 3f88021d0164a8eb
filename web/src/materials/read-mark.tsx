/** Whether one has read a material: seen at a glance, changed with one press. */
import type { Material } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export function ReadMark({ material }: { readonly material: Material }) {
  const text = useText();
  const mark = useCommand("materials.markMaterialRead");
  const isRead = (material.myReading?.readAt ?? null) !== null;
  return (
    <Button
      look="quiet"
      aria-pressed={isRead}
      isPending={mark.isPending}
      {...(isRead ? { icon: "check" } : {})}
      onPress={() =>
        void mark
          .run({ materialId: material.materialId, read: !isRead })
          .catch((error: unknown) =>
            toast(text("materials.failed", { reason: error instanceof Error ? error.message : "" })),
          )
      }
    >
      {text(isRead ? "reader.read" : "reader.markRead")}
    </Button>
  );
}
