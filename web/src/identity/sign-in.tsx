/** Signing in: for everyone, whatever they are in the school; in a demo school one press fills in a person. */
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { command, nextAddress, read } from "../client.ts";
import type { School } from "../contract.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { Gate } from "./gate.tsx";
import type { SecondStepProps } from "./second-step.tsx";

/** Loaded when it is due: most people have no second step, and the first page is small. */
const SecondStep = lazy(async () => ({ default: (await import("./second-step.tsx")).SecondStep }));

/** Loaded beside the page, which can be read and filled in before. */
const passkeySignIn = () => import("./passkey-sign-in.ts");

/** Under which the device keeps the token by which the school knows it again. */
export const deviceKey = "lyceum-device";

function enter(deviceToken: string): void {
  localStorage.setItem(deviceKey, deviceToken);
  location.assign(nextAddress(location.search));
}

export function SignIn() {
  const text = useText();
  const [school, setSchool] = useState<School | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [email, setEmail] = useState("");
  const [due, setDue] = useState<Pick<SecondStepProps, "step" | "challengeToken"> | null>(null);
  const [isByPasskey, setByPasskey] = useState(false);
  const title = text("signIn.title");

  useEffect(() => {
    read("identity.getSchool", {}).then(setSchool, setError);
  }, []);
  useEffect(() => {
    document.title = school?.name ? `${title} · ${school.name}` : `${title} · Lyceum`;
  }, [school, title]);

  // Waits on this page until a button is pressed: a device answers one question at a time.
  const offer = useRef(new AbortController());
  useEffect(() => {
    passkeySignIn()
      .then(({ offerPasskey }) => offerPasskey(offer.current.signal))
      .then((deviceToken) => deviceToken !== null && enter(deviceToken), setError);
  }, []);

  async function signInByPasskey() {
    offer.current.abort();
    setError(null);
    setByPasskey(true);
    try {
      const { signInWithPasskey } = await passkeySignIn();
      enter(await signInWithPasskey());
    } catch (failure) {
      setError(failure);
      setByPasskey(false);
    }
  }

  async function signIn(fields: Readonly<Record<string, string>>, key: string) {
    const deviceToken = localStorage.getItem(deviceKey);
    const signedIn = await command(
      "identity.signIn",
      { email, password: fields.password ?? "", ...(deviceToken === null ? {} : { deviceToken }) },
      key,
    );
    const { secondStep, challengeToken } = signedIn;
    if (secondStep !== null && challengeToken !== null) setDue({ step: secondStep, challengeToken });
    else enter(signedIn.deviceToken);
  }

  function fillIn(address: string) {
    setEmail(address);
    document.querySelector<HTMLInputElement>("input[type=password]")?.focus();
  }

  if (due !== null)
    return (
      <Gate school={school?.name ?? ""}>
        <Suspense>
          <SecondStep {...due} onSignedIn={enter} onAgain={() => setDue(null)} />
        </Suspense>
      </Gate>
    );
  return (
    <Gate school={school?.name ?? ""}>
      <h1>{school?.name ? text("signIn.welcome", { school: school.name }) : title}</h1>
      <ErrorNotice error={error} />
      {school !== null && !school.isSetUp && <Notice tone="warm">{text("signIn.notSetUp")}</Notice>}
      <Form onSubmit={signIn}>
        {({ isPending }) => (
          <>
            <TextField
              label={text("signIn.email")}
              name="email"
              type="email"
              autoComplete="username webauthn"
              value={email}
              onChange={setEmail}
              isRequired
            />
            <TextField
              label={text("signIn.password")}
              name="password"
              type="password"
              autoComplete="current-password"
              isRequired
            />
            <Button type="submit" look="primary" isPending={isPending}>
              {text("signIn.submit")}
            </Button>
          </>
        )}
      </Form>
      {typeof PublicKeyCredential !== "undefined" && (
        <Button icon="key" isPending={isByPasskey} onPress={() => void signInByPasskey()}>
          {text("signIn.passkey")}
        </Button>
      )}
      <p>
        <a href="/forgot-password">{text("signIn.forgot")}</a>
      </p>
      {school?.isDemo === true ? (
        <section className="stack-tight" aria-labelledby="demo">
          <h2 id="demo">{text("signIn.demoTitle")}</h2>
          <p className="soft">{text("signIn.demoHint")}</p>
          <ul className="demo-accounts">
            {school.demoAccounts.map((account) => (
              <li key={account.email}>
                <Button onPress={() => fillIn(account.email)}>
                  {account.name}
                  <span className="badge">
                    {account.roles.map((role) => text(`role.${role}`)).join(", ")}
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        <p className="soft">{text("signIn.noAccount")}</p>
      )}
    </Gate>
  );
}
