/** Dialogs: they take the focus, keep it, and give it back to where it came from when they close. */
import { type ReactNode, useRef, useState } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { CallError } from "../client.ts";
import { Button } from "./button.tsx";
import { ErrorNotice } from "./notice.tsx";

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** An alert dialog asks about something that cannot be taken back. */
  readonly role?: "dialog" | "alertdialog";
}

export function Dialog({ title, isOpen, onClose, children, role = "dialog" }: DialogProps) {
  return (
    <ModalOverlay
      className="veil"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      // A stray press beside a dialog must not lose what was typed into it.
      isDismissable={false}
    >
      <Modal className="modal">
        <AriaDialog className="dialog" role={role}>
          <Heading slot="title">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface ConfirmDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What happens, and what is kept. */
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly cancelLabel: string;
  readonly isDanger?: boolean;
  /** Does it, with the key of this action; the dialog stays open and says so when it fails. */
  readonly onConfirm: (key: string) => Promise<void>;
}

/** Asks before something is done; the way back comes first. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog title={props.title} isOpen={props.isOpen} onClose={props.onClose} role="alertdialog">
      <Confirmation {...props} />
    </Dialog>
  );
}

function Confirmation({
  onClose,
  children,
  confirmLabel,
  cancelLabel,
  isDanger = false,
  onConfirm,
}: ConfirmDialogProps) {
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const key = useRef<string | null>(null);

  async function confirm() {
    setPending(true);
    setError(null);
    key.current ??= crypto.randomUUID();
    try {
      await onConfirm(key.current);
      onClose();
    } catch (failure) {
      // Only where the outcome is unknown is the next press the same action.
      if (!(failure instanceof CallError) || !failure.isPassing) key.current = null;
      setError(failure);
    } finally {
      setPending(false);
    }
  }

  return (
    <>
      <div className="stack-tight">{children}</div>
      <ErrorNotice error={error} />
      <div className="dialog-actions">
        <Button onPress={onClose} autoFocus>
          {cancelLabel}
        </Button>
        <Button look={isDanger ? "danger" : "primary"} isPending={isPending} onPress={() => void confirm()}>
          {confirmLabel}
        </Button>
      </div>
    </>
  );
}
