/** Letting another machine in: a token that works once, in the command to run there. */
import { useState } from "react";
import { useCommand } from "../data.ts";
import { CopyField } from "../identity/copy-field.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import "../identity/messages.ts";
import "./messages.ts";

export interface AddNodeDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function AddNodeDialog({ isOpen, onClose }: AddNodeDialogProps) {
  const text = useText();
  const create = useCommand("cluster.createJoinToken");
  const [token, setToken] = useState<string | null>(null);

  function close() {
    setToken(null);
    onClose();
  }

  return (
    <Dialog title={text("cluster.addTitle")} isOpen={isOpen} onClose={close}>
      {token === null ? (
        <>
          <p>{text("cluster.addIntro")}</p>
          <ErrorNotice error={create.error} />
          <div className="dialog-actions">
            <Button onPress={close}>{text("cancel")}</Button>
            <Button
              look="primary"
              isPending={create.isPending}
              onPress={() =>
                void create.run({}).then(
                  (made) => setToken(made.token),
                  // What went wrong is shown above.
                  () => undefined,
                )
              }
            >
              {text("cluster.addMake")}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>{text("cluster.addText")}</p>
          <CopyField
            label={text("cluster.addCommand")}
            value={`lyceum cluster join ${token} --data /var/lib/lyceum`}
            action={text("cluster.addCopy")}
          />
          <Notice tone="warm">
            <p>{text("cluster.addSecret")}</p>
          </Notice>
          <p className="faint">{text("cluster.addAfter")}</p>
          <div className="dialog-actions">
            <Button look="primary" onPress={close}>
              {text("cluster.done")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
