/** Beginning to look at the school as somebody else: what that means is said before it begins. */
import { useState } from "react";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { useText } from "../ui/text.ts";
import "./people-messages.ts";

/** For admins, on a person's page. */
export function ViewAsButton({ personId, name }: { readonly personId: string; readonly name: string }) {
  const text = useText();
  const { run } = useCommand("identity.viewAs");
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onPress={() => setOpen(true)}>{text("viewAs.begin")}</Button>
      <ViewAsDialog
        name={name}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onBegin={async (key) => {
          await run({ personId }, key);
          // A fresh page: nothing that was read as oneself stays in memory.
          location.assign("/");
        }}
      />
    </>
  );
}

export interface ViewAsDialogProps {
  readonly name: string;
  /** The one course that is shown; none where it is the whole school. */
  readonly course?: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onBegin: (key: string) => Promise<void>;
}

export function ViewAsDialog({ name, course, isOpen, onClose, onBegin }: ViewAsDialogProps) {
  const text = useText();
  return (
    <ConfirmDialog
      title={text("viewAs.title", { name })}
      isOpen={isOpen}
      onClose={onClose}
      confirmLabel={text("viewAs.begin")}
      cancelLabel={text("cancel")}
      onConfirm={onBegin}
    >
      <p>{course === undefined ? text("viewAs.what") : text("viewAs.whatInCourse", { course })}</p>
      <p className="soft">{text("viewAs.ends")}</p>
    </ConfirmDialog>
  );
}
