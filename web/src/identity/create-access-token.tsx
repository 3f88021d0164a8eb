/** Making an access token: what it is for, how long it holds, and the secret, shown this once. */
import { useState } from "react";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { CopyField } from "./copy-field.tsx";

const daysOffered = ["7", "30", "90", "365"] as const;
type Days = (typeof daysOffered)[number];

export interface CreateAccessTokenDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function CreateAccessTokenDialog({ isOpen, onClose }: CreateAccessTokenDialogProps) {
  const text = useText();
  const [secret, setSecret] = useState<string | null>(null);

  function close() {
    setSecret(null);
    onClose();
  }

  return (
    <Dialog
      title={text(secret === null ? "tokens.createTitle" : "tokens.secretTitle")}
      isOpen={isOpen}
      onClose={close}
    >
      {secret === null ? (
        <CreateForm onSecret={setSecret} onCancel={close} />
      ) : (
        <>
          <Notice tone="warm">
            <p>{text("tokens.secretOnce")}</p>
          </Notice>
          <CopyField label={text("tokens.secret")} value={secret} action={text("tokens.copy")} />
          <p className="faint">{text("tokens.secretUse")}</p>
          <div className="dialog-actions">
            <Button look="primary" onPress={close}>
              {text("identity.done")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

interface CreateFormProps {
  readonly onSecret: (secret: string) => void;
  readonly onCancel: () => void;
}

function CreateForm({ onSecret, onCancel }: CreateFormProps) {
  const text = useText();
  const create = useCommand("identity.createAccessToken");
  const [days, setDays] = useState<Days>("90");

  async function submit(fields: Readonly<Record<string, string>>) {
    // Without the key of the form, which does not know of the days.
    const made = await create.run({ name: fields.name ?? "", expiresInDays: Number(days) });
    onSecret(made.secret);
  }

  return (
    <Form onSubmit={submit}>
      {({ isPending }) => (
        <>
          <TextField
            label={text("tokens.name")}
            hint={text("tokens.nameHint")}
            name="name"
            autoComplete="off"
            maxLength={200}
            isRequired
          />
          <Select
            label={text("tokens.holds")}
            options={daysOffered.map((value) => ({
              value,
              label: text("tokens.days", { count: Number(value) }),
            }))}
            value={days}
            onChange={setDays}
          />
          <div className="dialog-actions">
            <Button onPress={onCancel}>{text("cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("tokens.create")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
