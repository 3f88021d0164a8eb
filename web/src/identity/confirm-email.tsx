/** Confirming a new address by the link that was mailed to it. A press, so that no mail scanner confirms it. */
import { useEffect, useState } from "react";
import { CallError, command } from "../client.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { useAddressToken } from "./address-token.ts";
import { Gate } from "./gate.tsx";
import "./gate-messages.ts";

export function ConfirmEmailPage() {
  const text = useText();
  const token = useAddressToken();
  const [email, setEmail] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const title = text("confirmEmail.title");
  useEffect(() => {
    document.title = `${title} · Lyceum`;
  }, [title]);

  function confirm() {
    setPending(true);
    setError(null);
    command("identity.confirmEmail", { confirmationToken: token })
      .then(({ email: confirmed }) => setEmail(confirmed), setError)
      .finally(() => setPending(false));
  }

  const isForGood =
    error instanceof CallError && (error.code.startsWith("confirmation_") || error.code === "email_taken");
  return (
    <Gate school="">
      <h1>{title}</h1>
      {email !== null ? (
        <>
          <div role="status">
            <Notice tone="good" title={text("confirmEmail.doneTitle")}>
              <p>{text("confirmEmail.done", { email })}</p>
            </Notice>
          </div>
          <a className="button" data-look="primary" href="/sign-in">
            {text("reset.toSignIn")}
          </a>
        </>
      ) : token === "" ? (
        <Notice tone="warm">{text("reset.noToken")}</Notice>
      ) : isForGood ? (
        <Notice tone="danger" title={text("confirmEmail.brokenTitle")}>
          <p>{error.message}</p>
        </Notice>
      ) : (
        <>
          <p className="soft">{text("confirmEmail.lead")}</p>
          <ErrorNotice error={error} />
          <Button look="primary" isPending={isPending} onPress={confirm}>
            {text("confirmEmail.submit")}
          </Button>
        </>
      )}
    </Gate>
  );
}
