/** Passkeys on the account page: which there are, adding one, removing one. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { deviceName } from "./device-name.ts";
import { besideField } from "./field-problems.ts";
import { rememberPasskey } from "./passkey-sign-in.ts";
import { makePasskey, unusableBecause } from "./passkeys.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";
import "./passkey-messages.ts";
import "./second-step-messages.ts";

type Passkey = ReadOutput<"identity.getSignInMethods">["passkeys"][number];
type Open = { readonly kind: "add" } | { readonly kind: "remove"; readonly passkey: Passkey } | null;

export function PasskeysSection() {
  const text = useText();
  const methods = useRead("identity.getSignInMethods", {});
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const unusable = unusableBecause();
  return (
    <section className="section" aria-labelledby="passkeys">
      <h2 id="passkeys">{text("passkey.title")}</h2>
      <Loaded of={methods}>
        {({ passkeys }) => (
          <div className="card stack">
            <p className="prose">{text("passkey.lead")}</p>
            {passkeys.length === 0 ? (
              <p className="soft">{text("passkey.none")}</p>
            ) : (
              <ul className="list">
                {passkeys.map((passkey) => (
                  <PasskeyItem
                    key={passkey.id}
                    passkey={passkey}
                    onRemove={() => setOpen({ kind: "remove", passkey })}
                  />
                ))}
              </ul>
            )}
            {unusable === null ? (
              <div>
                <Button icon="key" onPress={() => setOpen({ kind: "add" })}>
                  {text("passkey.add")}
                </Button>
              </div>
            ) : (
              <p className="soft prose">{text(unusable)}</p>
            )}
          </div>
        )}
      </Loaded>
      {open?.kind === "add" && <AddDialog onClose={close} />}
      {open?.kind === "remove" && <RemoveDialog passkey={open.passkey} onClose={close} />}
    </section>
  );
}

function PasskeyItem({ passkey, onRemove }: { readonly passkey: Passkey; readonly onRemove: () => void }) {
  const text = useText();
  const { name, isSynced, madeAt, usedAt } = passkey;
  return (
    <li className="row row-apart">
      <div className="grow">
        <p className="item-title">
          {name} {isSynced && <Badge>{text("passkey.synced")}</Badge>}
        </p>
        <p className="faint">
          {text("passkey.made")} <DateTime at={madeAt} dateOnly /> ·{" "}
          {usedAt === null ? text("passkey.neverUsed") : text("passkey.used")}{" "}
          {usedAt !== null && <DateTime at={usedAt} />}
        </p>
      </div>
      <Button onPress={onRemove} aria-label={text("passkey.removeOf", { name })}>
        {text("passkey.remove")}
      </Button>
    </li>
  );
}

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const begin = useCommand("identity.beginPasskey");
  const add = useCommand("identity.addPasskey");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const device = deviceName(navigator.userAgent);

  async function make({ password = "", name = "" }: Readonly<Record<string, string>>) {
    // Each press is a new ceremony: a challenge serves once, also where the device was turned down.
    const begun = await begin.run({ currentPassword: password }, crypto.randomUUID());
    const made = await makePasskey(begun);
    const { challengeId } = begun;
    const { recoveryCodes } = await add.run({ challengeId, name, made }, challengeId);
    rememberPasskey();
    toast(text("passkey.added"));
    if (recoveryCodes === null) onClose();
    else setCodes(recoveryCodes);
  }

  return (
    <Dialog title={text(codes === null ? "passkey.addTitle" : "passkey.recovery")} isOpen onClose={onClose}>
      {codes !== null ? (
        <RecoveryCodes codes={codes} onDone={onClose} />
      ) : (
        <Form onSubmit={(fields) => besideField({ wrong_password: "password" }, make(fields))}>
          {({ isPending }) => (
            <>
              <p>{text("passkey.addLead")}</p>
              <TextField
                label={text("passkey.name")}
                hint={text("passkey.nameHint")}
                name="name"
                autoComplete="off"
                maxLength={200}
                defaultValue={
                  device === null || device.system === null
                    ? ""
                    : text("passkey.defaultName", { browser: device.browser, system: device.system })
                }
                isRequired
              />
              <PasswordField />
              <Actions
                isPending={isPending}
                onClose={onClose}
                look="primary"
                action={text("passkey.create")}
              />
            </>
          )}
        </Form>
      )}
    </Dialog>
  );
}

function RemoveDialog({ passkey, onClose }: { readonly passkey: Passkey; readonly onClose: () => void }) {
  const text = useText();
  const remove = useCommand("identity.removePasskey");

  async function takeOff(currentPassword: string, key: string) {
    await remove.run({ passkeyId: passkey.id, currentPassword }, key);
    toast(text("passkey.removed"));
    onClose();
  }

  return (
    <Dialog title={text("passkey.removeTitle", { name: passkey.name })} isOpen onClose={onClose}>
      <Form
        onSubmit={({ password = "" }, key) =>
          besideField({ wrong_password: "password" }, takeOff(password, key))
        }
      >
        {({ isPending }) => (
          <>
            <p>{text("passkey.removeLead")}</p>
            <PasswordField />
            <Actions isPending={isPending} onClose={onClose} look="danger" action={text("passkey.remove")} />
          </>
        )}
      </Form>
    </Dialog>
  );
}

function PasswordField() {
  const text = useText();
  return (
    <TextField
      label={text("passkey.password")}
      name="password"
      type="password"
      autoComplete="current-password"
      isRequired
    />
  );
}

interface ActionsProps {
  readonly isPending: boolean;
  readonly look: "primary" | "danger";
  readonly action: string;
  readonly onClose: () => void;
}

function Actions({ isPending, look, action, onClose }: ActionsProps) {
  const text = useText();
  return (
    <div className="dialog-actions">
      <Button onPress={onClose}>{text("cancel")}</Button>
      <Button type="submit" look={look} isPending={isPending}>
        {action}
      </Button>
    </div>
  );
}
