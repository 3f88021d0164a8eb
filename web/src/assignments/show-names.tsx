/** Ending anonymous grading, with a reason that stays on record. */
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import "./grading-messages.ts";

export interface ShowNamesDialogProps {
  readonly assignmentId: string;
  readonly onClose: () => void;
}

export function ShowNamesDialog({ assignmentId, onClose }: ShowNamesDialogProps) {
  const text = useText();
  const show = useCommand("assignments.showNames");
  return (
    <Dialog title={text("grading.showNamesTitle")} isOpen onClose={onClose}>
      <Form
        onSubmit={async ({ reason = "" }, key) => {
          await show.run({ assignmentId, reason }, key);
          onClose();
        }}
      >
        {({ isPending }) => (
          <>
            <p>{text("grading.showNamesText")}</p>
            <TextField label={text("grading.showNamesReason")} name="reason" maxLength={2_000} isRequired />
            <div className="dialog-actions">
              <Button onPress={onClose}>{text("grading.cancel")}</Button>
              <Button type="submit" look="primary" isPending={isPending}>
                {text("grading.showNames")}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
