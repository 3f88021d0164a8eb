/** The school's first minute: its name and its first admin, by the one-time link that the server printed. */
import { useEffect, useState } from "react";
import { CallError, command, read } from "../client.ts";
import type { School } from "../contract.ts";
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
import { deviceKey } from "./sign-in.tsx";

export function SetUpPage() {
  const text = useText();
  const token = useAddressToken();
  const [school, setSchool] = useState<School | null>(null);
  const [error, setError] = useState<unknown>(null);
  const title = text("setUp.title");

  useEffect(() => {
    document.title = `${title} · Lyceum`;
  }, [title]);
  useEffect(() => {
    read("identity.getSchool", {}).then(setSchool, setError);
  }, []);

  return (
    <Gate school={school?.name ?? ""}>
      <h1>{title}</h1>
      <ErrorNotice error={error} />
      {school?.isSetUp === true ? (
        <>
          <Notice tone="warm" title={text("setUp.doneTitle")}>
            <p>{text("setUp.done")}</p>
          </Notice>
          <a className="button" data-look="primary" href="/sign-in">
            {text("setUp.toSignIn")}
          </a>
        </>
      ) : token === "" ? (
        <Notice tone="warm" title={text("setUp.noTokenTitle")}>
          <p>{text("setUp.noToken")}</p>
        </Notice>
      ) : (
        <SetUpForm key={token} token={token} />
      )}
    </Gate>
  );
}

function SetUpForm({ token }: { readonly token: string }) {
  const text = useText();
  const [email, setEmail] = useState("");
  const [invalid, setInvalid] = useState<string | null>(null);

  async function setUp(fields: Readonly<Record<string, string>>, key: string) {
    setInvalid(null);
    const { schoolName = "", name = "", password = "" } = fields;
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const input = { setUpToken: token, schoolName, name, email, password, timeZone };
    try {
      const signedIn = await besideField(
        { weak_password: "password" },
        command("identity.setUpSchool", input, key),
      );
      localStorage.setItem(deviceKey, signedIn.deviceToken);
      // Replaced, so that the way back does not lead to a link that is used up.
      location.replace("/");
    } catch (error) {
      if (!(error instanceof CallError) || error.code !== "set_up_token_invalid") throw error;
      setInvalid(error.message);
    }
  }

  return (
    <>
      <p className="soft">{text("setUp.lead")}</p>
      {invalid !== null && (
        <Notice tone="danger" title={text("setUp.invalidTitle")}>
          <p>{invalid}</p>
        </Notice>
      )}
      <Form onSubmit={setUp}>
        {({ isPending }) => (
          <>
            <TextField
              label={text("setUp.schoolName")}
              hint={text("setUp.schoolNameHint")}
              name="schoolName"
              autoComplete="organization"
              maxLength={200}
              isRequired
            />
            <TextField
              label={text("setUp.name")}
              name="name"
              autoComplete="name"
              maxLength={200}
              isRequired
            />
            <TextField
              label={text("setUp.email")}
              hint={text("setUp.emailHint")}
              name="email"
              type="email"
              autoComplete="username"
              maxLength={254}
              value={email}
              onChange={setEmail}
              isRequired
            />
            <NewPassword label={text("signIn.password")} name="password" email={email} />
            <Button type="submit" look="primary" isPending={isPending}>
              {text("setUp.submit")}
            </Button>
          </>
        )}
      </Form>
    </>
  );
}
