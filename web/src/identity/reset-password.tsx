/** Choosing a new password by a link. */
import { useCallback, useEffect, useState } from "react";
import { CallError, command } from "../client.ts";
import type { CommandOutput } from "../contract.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { useAddressToken } from "./address-token.ts";
import { besideField } from "./field-problems.ts";
import { Gate } from "./gate.tsx";
import "./gate-messages.ts";
import { NewPassword } from "./new-password.tsx";

type Opened = CommandOutput<"identity.getPasswordReset">;

export function ResetPasswordPage() {
  const token = useAddressToken();
  return <Reset key={token} token={token} />;
}

function Reset({ token }: { readonly token: string }) {
  const text = useText();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [done, setDone] = useState(false);
  const title = text("reset.title");

  useEffect(() => {
    document.title = `${title} · ${opened?.schoolName ?? "Lyceum"}`;
  }, [title, opened]);
  const open = useCallback(() => {
    if (token === "") return;
    setError(null);
    command("identity.getPasswordReset", { resetToken: token }).then(setOpened, setError);
  }, [token]);
  useEffect(open, [open]);

  async function choose({ password = "" }: Readonly<Record<string, string>>, key: string) {
    try {
      await besideField(
        { weak_password: "password" },
        command("identity.resetPassword", { resetToken: token, password }, key),
      );
      setDone(true);
    } catch (failure) {
      if (!isAboutLink(failure)) throw failure;
      setError(failure);
    }
  }

  return (
    <Gate school={opened?.schoolName ?? ""}>
      <h1>{title}</h1>
      {token === "" ? (
        <Notice tone="warm" title={text("reset.brokenTitle")}>
          <p>{text("reset.noToken")}</p>
        </Notice>
      ) : isAboutLink(error) ? (
        <>
          <Notice tone="danger" title={text("reset.brokenTitle")}>
            <p>{error.message}</p>
          </Notice>
          <a className="button" data-look="plain" href="/forgot-password">
            {text("reset.again")}
          </a>
        </>
      ) : error !== null ? (
        <ErrorNotice error={error} onRetry={open} />
      ) : opened === null ? (
        <p className="soft" role="status">
          {text("reset.opening")}
        </p>
      ) : done ? (
        <>
          <div role="status">
            <Notice tone="good" title={text("reset.doneTitle")}>
              <p>{text("reset.done")}</p>
            </Notice>
          </div>
          <a className="button" data-look="primary" href="/sign-in">
            {text("reset.toSignIn")}
          </a>
        </>
      ) : (
        <>
          <p className="soft">{text("reset.lead", { name: opened.name })}</p>
          <Form onSubmit={choose}>
            {({ isPending }) => (
              <>
                <TextField
                  label={text("signIn.email")}
                  name="email"
                  type="email"
                  autoComplete="username"
                  value={opened.email}
                  isReadOnly
                />
                <NewPassword label={text("password.new")} name="password" email={opened.email} />
                <Button type="submit" look="primary" isPending={isPending}>
                  {text("reset.submit")}
                </Button>
              </>
            )}
          </Form>
        </>
      )}
    </Gate>
  );
}

/** The link itself is the trouble: used, expired or none of ours. */
function isAboutLink(error: unknown): error is CallError {
  return error instanceof CallError && error.code.startsWith("reset_");
}
