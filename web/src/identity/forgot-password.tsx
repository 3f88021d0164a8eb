/** Asking for a link to a new password; the answer is the same whoever asks. */
import { useEffect, useState } from "react";
import { command, read } from "../client.ts";
import type { School } from "../contract.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { Gate } from "./gate.tsx";
import "./gate-messages.ts";

export function ForgotPasswordPage() {
  const text = useText();
  const [school, setSchool] = useState<School | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const title = text("forgot.title");

  useEffect(() => {
    read("identity.getSchool", {}).then(setSchool, setError);
  }, []);
  useEffect(() => {
    document.title = `${title} · ${school?.name || "Lyceum"}`;
  }, [title, school]);

  async function ask({ email = "" }: Readonly<Record<string, string>>, key: string) {
    await command("identity.requestPasswordReset", { email }, key);
    setAsked(email);
  }

  return (
    <Gate school={school?.name ?? ""}>
      <h1>{title}</h1>
      <ErrorNotice error={error} />
      {school !== null && !school.sendsMail && <Notice tone="warm">{text("forgot.noMail")}</Notice>}
      {school?.sendsMail === true &&
        (asked === null ? (
          <>
            <p className="soft">{text("forgot.lead")}</p>
            <Form onSubmit={ask}>
              {({ isPending }) => (
                <>
                  <TextField
                    label={text("signIn.email")}
                    name="email"
                    type="email"
                    autoComplete="username"
                    isRequired
                  />
                  <Button type="submit" look="primary" isPending={isPending}>
                    {text("forgot.submit")}
                  </Button>
                </>
              )}
            </Form>
          </>
        ) : (
          <div role="status">
            <Notice tone="good" title={text("forgot.doneTitle")}>
              <p>{text("forgot.done", { email: asked })}</p>
            </Notice>
          </div>
        ))}
      <p>
        <a href="/sign-in">{text("forgot.back")}</a>
      </p>
    </Gate>
  );
}
