/** Two-step sign-in on the account page: setting up an app, another phone, new recovery codes, taking it off. */
import { useState } from "react";
import type { CommandOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { besideField } from "./field-problems.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { TotpSecret } from "./second-step.tsx";
import "./second-step-messages.ts";

type Asking = "setUp" | "remove" | "renew";

export function TwoStepSection() {
  const text = useText();
  const methods = useRead("identity.getSignInMethods", {});
  const [asking, setAsking] = useState<Asking | null>(null);
  return (
    <section className="section" aria-labelledby="two-step">
      <h2 id="two-step">{text("twoStep.title")}</h2>
      <Loaded of={methods}>
        {({ isTwoStep, isRequired, totpSince, recoveryCodesLeft }) => (
          <div className="card stack prose">
            <p>{isTwoStep ? text("twoStep.on", { count: recoveryCodesLeft }) : text("twoStep.off")}</p>
            {isRequired && <p className="soft">{text("twoStep.required")}</p>}
            {totpSince !== null && (
              <p className="faint">
                {text("twoStep.appSince")} <DateTime at={totpSince} dateOnly />
              </p>
            )}
            <div className="row">
              <Button icon="key" onPress={() => setAsking("setUp")}>
                {text(totpSince === null ? "twoStep.setUp" : "twoStep.replace")}
              </Button>
              {isTwoStep && <Button onPress={() => setAsking("renew")}>{text("twoStep.renew")}</Button>}
              {totpSince !== null && (
                <Button onPress={() => setAsking("remove")}>{text("twoStep.remove")}</Button>
              )}
            </div>
          </div>
        )}
      </Loaded>
      {asking === "setUp" && <SetUpDialog onClose={() => setAsking(null)} />}
      {asking === "renew" && <RenewDialog onClose={() => setAsking(null)} />}
      {asking === "remove" && <RemoveDialog onClose={() => setAsking(null)} />}
    </section>
  );
}

interface StepProps {
  readonly onClose: () => void;
}

function SetUpDialog({ onClose }: StepProps) {
  const text = useText();
  const begin = useCommand("identity.beginTotp");
  const confirm = useCommand("identity.confirmTotp");
  const [begun, setBegun] = useState<CommandOutput<"identity.beginTotp"> | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);

  async function turnOn(fields: Readonly<Record<string, string>>, key: string) {
    const enrolmentId = begun?.enrolmentId ?? "";
    const done = await confirm.run({ enrolmentId, code: fields.code ?? "" }, key);
    setCodes(done.recoveryCodes);
    toast(text("twoStep.isOn"));
  }

  return (
    <Dialog title={text(codes === null ? "twoStep.setUp" : "recovery.title")} isOpen onClose={onClose}>
      {codes !== null ? (
        <RecoveryCodes codes={codes} onDone={onClose} />
      ) : begun === null ? (
        <PasswordForm
          lead={text("twoStep.passwordLead")}
          action={text("twoStep.next")}
          onPassword={async (currentPassword, key) => setBegun(await begin.run({ currentPassword }, key))}
        />
      ) : (
        <div className="stack">
          <p>{text("twoStep.scanLead")}</p>
          <TotpSecret uri={begun.uri} secret={begun.secret} />
          <Form onSubmit={turnOn}>
            {({ isPending }) => (
              <>
                <TextField
                  label={text("secondStep.firstCode")}
                  name="code"
                  autoComplete="one-time-code"
                  inputMode="numeric"
                  isCode
                  isRequired
                />
                <Button type="submit" look="primary" isPending={isPending}>
                  {text("secondStep.confirm")}
                </Button>
              </>
            )}
          </Form>
        </div>
      )}
    </Dialog>
  );
}

function RenewDialog({ onClose }: StepProps) {
  const text = useText();
  const renew = useCommand("identity.renewRecoveryCodes");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Dialog title={text("twoStep.renew")} isOpen onClose={onClose}>
      {codes === null ? (
        <PasswordForm
          lead={text("twoStep.renewLead")}
          action={text("twoStep.renew")}
          onPassword={async (currentPassword, key) =>
            setCodes((await renew.run({ currentPassword }, key)).recoveryCodes)
          }
        />
      ) : (
        <RecoveryCodes codes={codes} onDone={onClose} />
      )}
    </Dialog>
  );
}

function RemoveDialog({ onClose }: StepProps) {
  const text = useText();
  const remove = useCommand("identity.removeTotp");
  return (
    <Dialog title={text("twoStep.remove")} isOpen onClose={onClose}>
      <PasswordForm
        lead={text("twoStep.removeLead")}
        action={text("twoStep.remove")}
        onPassword={async (currentPassword, key) => {
          await remove.run({ currentPassword }, key);
          toast(text("twoStep.removed"));
          onClose();
        }}
      />
    </Dialog>
  );
}

interface PasswordFormProps {
  readonly lead: string;
  readonly action: string;
  readonly onPassword: (password: string, key: string) => Promise<void>;
}

function PasswordForm({ lead, action, onPassword }: PasswordFormProps) {
  const text = useText();
  return (
    <Form
      onSubmit={({ password = "" }, key) =>
        besideField({ wrong_password: "password" }, onPassword(password, key))
      }
    >
      {({ isPending }) => (
        <>
          <p>{lead}</p>
          <TextField
            label={text("twoStep.password")}
            name="password"
            type="password"
            autoComplete="current-password"
            isRequired
          />
          <Button type="submit" look="primary" isPending={isPending}>
            {action}
          </Button>
        </>
      )}
    </Form>
  );
}
