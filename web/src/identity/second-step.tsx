/** The second half of signing in: a code, or setting up an app where the school requires one. */
import { useEffect, useState } from "react";
import { command } from "../client.ts";
import type { CommandOutput } from "../contract.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { CopyField } from "./copy-field.tsx";
import { answerWithPasskey } from "./passkeys.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { TotpQr } from "./totp-qr.tsx";
import "./second-step-messages.ts";
import "./second-step.css";

type SignedIn = CommandOutput<"identity.signIn">;

export interface SecondStepProps {
  readonly challengeToken: string;
  readonly step: NonNullable<SignedIn["secondStep"]>;
  readonly onSignedIn: (deviceToken: string) => void;
  readonly onAgain: () => void;
}

export function SecondStep({ challengeToken, step, onSignedIn, onAgain }: SecondStepProps) {
  const text = useText();
  const [codes, setCodes] = useState<{
    readonly list: readonly string[];
    readonly deviceToken: string;
  } | null>(null);

  const [isAnswering, setAnswering] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { passkey: request } = step;

  async function complete(fields: Readonly<Record<string, string>>, key: string) {
    const done = await command("identity.completeSignIn", { challengeToken, code: fields.code ?? "" }, key);
    if (done.recoveryCodes === null) onSignedIn(done.deviceToken);
    else setCodes({ list: done.recoveryCodes, deviceToken: done.deviceToken });
  }

  async function answer(asking: NonNullable<typeof request>) {
    setAnswering(true);
    setError(null);
    try {
      const passkey = await answerWithPasskey(asking, { alone: false });
      onSignedIn((await command("identity.completeSignIn", { challengeToken, passkey })).deviceToken);
    } catch (failure) {
      setError(failure);
      setAnswering(false);
    }
  }

  if (codes !== null)
    return (
      <>
        <h1>{text("recovery.title")}</h1>
        <RecoveryCodes codes={codes.list} onDone={() => onSignedIn(codes.deviceToken)} />
      </>
    );
  const lead = step.methods.includes("totp") ? "secondStep.codeLead" : "secondStep.recoveryLead";
  return (
    <>
      <h1>{text(step.mustEnrol ? "secondStep.enrolTitle" : "secondStep.title")}</h1>
      <ErrorNotice error={error} />
      {request !== null && (
        <Button look="primary" icon="key" isPending={isAnswering} onPress={() => void answer(request)}>
          {text("secondStep.passkey")}
        </Button>
      )}
      {step.mustEnrol ? <RequiredEnrolment challengeToken={challengeToken} /> : <p>{text(lead)}</p>}
      <Form onSubmit={complete}>
        {({ isPending }) => (
          <>
            <TextField
              label={text(step.mustEnrol ? "secondStep.firstCode" : "secondStep.code")}
              {...(step.mustEnrol ? {} : { hint: text("secondStep.codeHint") })}
              name="code"
              autoComplete="one-time-code"
              isCode
              isRequired
              autoFocus
            />
            <Button type="submit" look="primary" isPending={isPending}>
              {text(step.mustEnrol ? "secondStep.confirm" : "secondStep.submit")}
            </Button>
          </>
        )}
      </Form>
      {!step.mustEnrol && <p className="soft">{text("secondStep.lost")}</p>}
      <div>
        <Button look="quiet" onPress={onAgain}>
          {text("secondStep.again")}
        </Button>
      </div>
    </>
  );
}

/** Asks for a fresh secret, once, and shows it. */
function RequiredEnrolment({ challengeToken }: { readonly challengeToken: string }) {
  const text = useText();
  const [key] = useState(() => crypto.randomUUID());
  const [begun, setBegun] = useState<CommandOutput<"identity.beginRequiredTotp"> | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    command("identity.beginRequiredTotp", { challengeToken }, key).then(setBegun, setError);
  }, [challengeToken, key]);
  return (
    <>
      <p>{text("secondStep.enrolLead")}</p>
      <ErrorNotice error={error} />
      {begun !== null && <TotpSecret uri={begun.uri} secret={begun.secret} />}
    </>
  );
}

/** What the app takes in: a picture, or a text to type. */
export function TotpSecret({ uri, secret }: { readonly uri: string; readonly secret: string }) {
  const text = useText();
  return (
    <div className="stack">
      <TotpQr uri={uri} label={text("secondStep.qr")} />
      <CopyField label={text("secondStep.secret")} value={secret} action={text("secondStep.copySecret")} />
    </div>
  );
}
