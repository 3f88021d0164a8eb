/** The keys that seal the school's tokens: what they are for, and taking a new one into use. */
import { useState } from "react";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";

export function KeysSection() {
  const text = useText();
  const rotate = useCommand("identity.rotateKeys");
  const [isAsking, setAsking] = useState(false);

  async function run(key: string) {
    const { sealsFrom } = await rotate.run({}, key);
    toast(text("keys.rotated", { at: dateTimeText(sealsFrom) }));
  }

  return (
    <section className="section" aria-labelledby="keys">
      <h2 id="keys">{text("keys.title")}</h2>
      <p className="soft prose">{text("keys.lead")}</p>
      <div>
        <Button icon="key" onPress={() => setAsking(true)}>
          {text("keys.rotate")}
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={text("keys.confirmTitle")}
          confirmLabel={text("keys.rotate")}
          cancelLabel={text("cancel")}
          isOpen
          onClose={() => setAsking(false)}
          onConfirm={run}
        >
          <p>{text("keys.confirmText")}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
