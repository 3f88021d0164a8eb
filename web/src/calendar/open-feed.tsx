/** The private address of one's calendar: shown when it is asked for, renewed, closed. */
import { useState } from "react";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export interface FeedDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function FeedDialog({ isOpen, onClose }: FeedDialogProps) {
  const text = useText();
  const { run: open } = useCommand("calendar.openFeed");
  const { run: close } = useCommand("calendar.closeFeed");
  const [link, setLink] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function show(renew: boolean) {
    setError(null);
    try {
      setLink((await open({ renew })).link);
      if (renew) toast(text("calendar.renewed"));
    } catch (failure) {
      setError(failure);
    }
  }

  async function shut() {
    setError(null);
    try {
      await close({});
      setLink(null);
      onClose();
      toast(text("calendar.closed"));
    } catch (failure) {
      setError(failure);
    }
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(link ?? "");
      toast(text("calendar.copied"));
    } catch {
      // Without leave to write to the clipboard the address still stands there to be marked.
      toast(text("calendar.copyRefused"));
    }
  }

  return (
    <Dialog title={text("calendar.subscribeTitle")} isOpen={isOpen} onClose={onClose}>
      <p>{text("calendar.subscribeText")}</p>
      <p className="soft">{text("calendar.subscribeWarn")}</p>
      <ErrorNotice error={error} />
      {link !== null && <TextField label={text("calendar.link")} value={link} isReadOnly />}
      <div className="row">
        {link === null ? (
          <Button look="primary" icon="key" onPress={() => void show(false)}>
            {text("calendar.getLink")}
          </Button>
        ) : (
          <>
            <Button look="primary" icon="copy" onPress={() => void copy()}>
              {text("calendar.copy")}
            </Button>
            <Button onPress={() => void show(true)}>{text("calendar.renew")}</Button>
          </>
        )}
        <Button look="danger" onPress={() => void shut()}>
          {text("calendar.close")}
        </Button>
      </div>
      <div className="dialog-actions">
        <Button onPress={onClose}>{text("calendar.done")}</Button>
      </div>
    </Dialog>
  );
}
