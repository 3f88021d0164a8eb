/** One's own account: who one is here, how the pages look, the password, the sessions, the programs let in. */
import { useState } from "react";
import { command } from "../client.ts";
import { useMe } from "../frame/me.ts";
import { ObserversSection } from "../observers/get-observers.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Avatar, Badge, DateTime, PageHead } from "../ui/pieces.tsx";
import { chooseScheme, type Scheme, scheme } from "../ui/scheme.ts";
import { useText } from "../ui/text.ts";
import { AccessTokensSection } from "./access-tokens.tsx";
import { ChangePasswordSection } from "./change-password.tsx";
import { OwnDataSection } from "./export-person.tsx";
import "./messages.ts";
import { SessionsSection } from "./list-sessions.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { TimeZoneChoice } from "./set-time-zone.tsx";
import { TwoStepSection } from "./two-step-section.tsx";

export function AccountPage() {
  const text = useText();
  return (
    <>
      <PageHead title={text("account.title")} actions={<SignOut />} />
      <Profile />
      <SessionsSection />
      <TwoStepSection />
      <PasskeysSection />
      <ChangePasswordSection />
      <ObserversSection />
      <AccessTokensSection />
      <OwnDataSection />
    </>
  );
}

function Profile() {
  const text = useText();
  const { person, roles } = useMe();
  return (
    <section className="section" aria-labelledby="profile">
      <h2 id="profile" className="visually-hidden">
        {text("account.profile")}
      </h2>
      <div className="card stack">
        <div className="row">
          <Avatar name={person.name} />
          <div className="grow account-name">
            <p className="item-title">{person.name}</p>
            <p className="soft">{person.email}</p>
          </div>
          {roles.map((role) => (
            <Badge key={role} tone="accent">
              {text(`role.${role}`)}
            </Badge>
          ))}
        </div>
        <p className="faint">
          {text("account.since")} <DateTime at={person.addedAt} dateOnly />. {text("account.changeHint")}
        </p>
        <div className="stack" style={{ maxInlineSize: "24rem" }}>
          <TimeZoneChoice />
          <SchemeChoice />
        </div>
      </div>
    </section>
  );
}

const schemes: readonly Scheme[] = ["system", "light", "dark"];

function SchemeChoice() {
  const text = useText();
  const [chosen, setChosen] = useState(scheme);
  return (
    <Select
      label={text("account.scheme")}
      options={schemes.map((value) => ({ value, label: text(`account.scheme.${value}`) }))}
      value={chosen}
      onChange={(next) => {
        chooseScheme(next);
        setChosen(next);
      }}
    />
  );
}

function SignOut() {
  const text = useText();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function signOut() {
    setPending(true);
    setError(null);
    try {
      await command("identity.logout", {});
      // A fresh page: nothing that was read for this person stays in memory.
      location.assign("/sign-in");
    } catch (failure) {
      setError(failure);
      setPending(false);
    }
  }

  return (
    <>
      <ErrorNotice error={error} />
      <Button icon="out" isPending={isPending} onPress={() => void signOut()}>
        {text("account.signOut")}
      </Button>
    </>
  );
}
