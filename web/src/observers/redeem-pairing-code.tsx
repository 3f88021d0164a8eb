/** Coming to observe a student, with the code that they gave. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { CallError } from "../client.ts";
import { refusedField } from "../courses/refused-field.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

/** The button and its dialog. */
export function UsePairingCode() {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon="key" onPress={() => setOpen(true)}>
        {text("observed.useCode")}
      </Button>
      <Dialog title={text("observers.redeemTitle")} isOpen={isOpen} onClose={() => setOpen(false)}>
        <p className="soft">{text("observers.redeemLead")}</p>
        <RedeemForm onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function RedeemForm({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { run } = useCommand("observers.redeemPairingCode");
  const navigate = useNavigate();

  async function redeem(fields: Readonly<Record<string, string>>, key: string) {
    const { student } = await run({ code: fields.code ?? "" }, key).catch((error: unknown) => {
      throw error instanceof CallError && error.code === "unknown_pairing_code"
        ? refusedField(error, "code", text("observers.unknown"))
        : error;
    });
    onClose();
    toast(text("observers.redeemed", { name: student.name }));
    await navigate({ to: "/students/$studentId", params: { studentId: student.personId } });
  }

  return (
    <Form onSubmit={redeem}>
      {({ isPending }) => (
        <>
          <TextField
            label={text("observers.code")}
            name="code"
            placeholder="ABCDE-23456"
            autoComplete="off"
            spellCheck="false"
            maxLength={40}
            isCode
            isRequired
            autoFocus
          />
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("observers.redeem")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
