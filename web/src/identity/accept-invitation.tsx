/** Coming in by an invitation: who it is for, a password, and one is signed in. */

import { useCallback, useEffect, useState } from "react";
import { CallError, command } from "../client.ts";
import type { CommandOutput } from "../contract.ts";
import { keptLink } from "../courses/kept-link.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { locale, useText } from "../ui/text.ts";
import { useAddressToken } from "./address-token.ts";
import { besideField } from "./field-problems.ts";
import { Gate } from "./gate.tsx";
import "./gate-messages.ts";
import { NewPassword } from "./new-password.tsx";
import { deviceKey } from "./sign-in.tsx";

type Invitation = CommandOutput<"identity.getInvitation">;

export function InvitationPage() {
  const token = useAddressToken();
  return <Invited key={token} token={token} />;
}

function Invited({ token }: { readonly token: string }) {
  const text = useText();
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const [error, setError] = useState<unknown>(null);
  const title = text("invitation.title");

  useEffect(() => {
    document.title = `${title} · ${invitation?.schoolName ?? "Lyceum"}`;
  }, [title, invitation]);
  const open = useCallback(() => {
    if (token === "") return;
    setError(null);
    command("identity.getInvitation", { invitationToken: token }).then(setInvitation, setError);
  }, [token]);
  useEffect(open, [open]);

  if (invitation !== null)
    return (
      <Gate school={invitation.schoolName}>
        <AcceptForm token={token} invitation={invitation} />
      </Gate>
    );
  return (
    <Gate school="">
      <h1>{title}</h1>
      {token === "" ? (
        <Notice tone="warm" title={text("invitation.brokenTitle")}>
          <p>{text("invitation.noToken")}</p>
        </Notice>
      ) : error === null ? (
        <p className="soft" role="status">
          {text("invitation.opening")}
        </p>
      ) : (
        <BrokenInvitation error={error} onRetry={open} />
      )}
    </Gate>
  );
}

/** What is wrong with the invitation, in the server's words; anything else that went wrong may pass. */
function BrokenInvitation({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const text = useText();
  if (!(error instanceof CallError) || !error.code.startsWith("invitation_"))
    return <ErrorNotice error={error} onRetry={onRetry} />;
  return (
    <>
      <Notice tone="danger" title={text("invitation.brokenTitle")}>
        <p>{error.message}</p>
      </Notice>
      <a className="button" data-look="plain" href="/sign-in">
        {text("invitation.toSignIn")}
      </a>
    </>
  );
}

interface AcceptFormProps {
  readonly token: string;
  readonly invitation: Invitation;
}

function AcceptForm({ token, invitation }: AcceptFormProps) {
  const text = useText();
  const [broken, setBroken] = useState<unknown>(null);
  const { schoolName, name, email, expiresAt } = invitation;
  const until = new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(expiresAt);

  async function accept(fields: Readonly<Record<string, string>>, key: string) {
    const input = { invitationToken: token, password: fields.password ?? "" };
    try {
      const signedIn = await besideField(
        { weak_password: "password" },
        command("identity.acceptInvitation", input, key),
      );
      // The account takes a second step: with the new password one goes through the front door.
      if (signedIn.session === null) {
        location.replace("/sign-in");
        return;
      }
      localStorage.setItem(deviceKey, signedIn.deviceToken);
      location.replace(keptLink() === null ? "/" : "/enrol");
    } catch (error) {
      if (!(error instanceof CallError) || !error.code.startsWith("invitation_")) throw error;
      setBroken(error);
    }
  }

  if (broken !== null) return <BrokenInvitation error={broken} onRetry={() => setBroken(null)} />;
  return (
    <>
      <h1>{text("invitation.welcome", { school: schoolName, name })}</h1>
      <p className="soft">{text("invitation.lead", { until })}</p>
      <Form onSubmit={accept}>
        {({ isPending }) => (
          <>
            <TextField
              label={text("invitation.email")}
              hint={text("invitation.emailHint")}
              name="email"
              type="email"
              autoComplete="username"
              value={email}
              isReadOnly
            />
            <NewPassword label={text("signIn.password")} name="password" email={email} />
            <Button type="submit" look="primary" isPending={isPending}>
              {text("invitation.submit")}
            </Button>
          </>
        )}
      </Form>
    </>
  );
}
