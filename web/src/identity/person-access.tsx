/** How a person comes in, where they are signed in, and what an admin can do about both. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { CreatePasswordResetDialog } from "./create-password-reset.tsx";
import type { PersonDetails } from "./get-person.tsx";
import { useDeviceText } from "./list-sessions.tsx";
import { ReissueInvitationDialog } from "./reissue-invitation.tsx";
import { ViewAsButton } from "./view-as.tsx";

type Step = "reset" | "invite" | "end" | "keys" | "deactivate";

export function PersonAccess({ person, isMe }: { readonly person: PersonDetails; readonly isMe: boolean }) {
  const text = useText();
  const [step, setStep] = useState<Step | null>(null);
  const end = useCommand("identity.endPersonSessions");
  const resetKeys = useCommand("identity.resetTwoStep");
  const setActive = useCommand("identity.setPersonActive");
  const sessions = usePages("identity.listPersonSessions", { personId: person.id });
  const deviceText = useDeviceText();
  const close = () => setStep(null);
  const hasKeys = person.hasApp || person.passkeys > 0;

  async function endSessions() {
    const { sessionsEnded } = await end.run({ personId: person.id });
    toast(text("person.signedOut", { name: person.name, count: sessionsEnded }));
  }
  async function takeKeysOff() {
    await resetKeys.run({ personId: person.id });
    toast(text("person.keysOff", { name: person.name }));
  }
  async function activate(active: boolean) {
    await setActive.run({ personId: person.id, active });
    toast(text(active ? "person.activated" : "person.deactivated", { name: person.name }));
  }

  return (
    <section className="section" aria-labelledby="access">
      <h2 id="access">{text("person.access")}</h2>
      <dl className="facts">
        <dt>{text("person.lastSeen")}</dt>
        <dd>{person.lastSeenAt === null ? text("person.neverSeen") : <DateTime at={person.lastSeenAt} />}</dd>
        {person.invitationExpiresAt !== null && (
          <>
            <dt>{text("person.invitationOpen")}</dt>
            <dd>
              <DateTime at={person.invitationExpiresAt} />
            </dd>
          </>
        )}
        <dt>{text("person.secondStep")}</dt>
        <dd>
          {!hasKeys
            ? text("person.noSecondStep")
            : [
                ...(person.hasApp ? [text("person.hasApp")] : []),
                ...(person.passkeys > 0 ? [text("person.passkeys", { count: person.passkeys })] : []),
                text("person.recoveryCodesLeft", { count: person.recoveryCodesLeft }),
              ].join(" · ")}
        </dd>
        <dt>{text("person.accessTokens")}</dt>
        <dd>{person.accessTokens}</dd>
      </dl>
      <Paged of={sessions}>
        {(items) =>
          items.length === 0 ? (
            <p className="soft">{text("person.noSessions")}</p>
          ) : (
            <ul className="list">
              {items.map((session) => (
                <li key={session.id}>
                  <p className="item-title">{deviceText(session.device)}</p>
                  <p className="faint">
                    {session.place} · {text("sessions.seen")}{" "}
                    <DateTime at={Math.max(session.seenAt ?? 0, session.renewedAt)} />
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Paged>
      <div className="row">
        {person.active && (
          <Button icon="key" onPress={() => setStep(person.hasJoined ? "reset" : "invite")}>
            {text(person.hasJoined ? "person.newPasswordLink" : "person.reissue")}
          </Button>
        )}
        {person.active && person.sessionsOpen + person.accessTokens > 0 && !isMe && (
          <Button onPress={() => setStep("end")}>{text("person.signOut")}</Button>
        )}
        {person.active && !isMe && !person.roles.includes("admin") && (
          <ViewAsButton personId={person.id} name={person.name} />
        )}
        {hasKeys && !isMe && <Button onPress={() => setStep("keys")}>{text("person.takeKeysOff")}</Button>}
        {!isMe && (
          <Link
            className="button"
            data-look="plain"
            to="/people/$personId/merge"
            params={{ personId: person.id }}
            search={{}}
          >
            {text("merge.link")}
          </Link>
        )}
        {person.active && !isMe && (
          <Button look="danger" onPress={() => setStep("deactivate")}>
            {text("person.deactivate")}
          </Button>
        )}
        {!person.active && (
          <Button
            icon="check"
            isPending={setActive.isPending}
            onPress={() =>
              void activate(true).catch(() => toast(text("person.notActivated", { name: person.name })))
            }
          >
            {text("person.activate")}
          </Button>
        )}
      </div>
      {step === "reset" && <CreatePasswordResetDialog person={person} onClose={close} />}
      {step === "invite" && <ReissueInvitationDialog person={person} onClose={close} />}
      {step === "keys" && (
        <ConfirmDialog
          title={text("person.takeKeysOffTitle", { name: person.name })}
          confirmLabel={text("person.takeKeysOff")}
          cancelLabel={text("cancel")}
          isDanger
          isOpen
          onClose={close}
          onConfirm={takeKeysOff}
        >
          <p>{text("person.takeKeysOffText")}</p>
        </ConfirmDialog>
      )}
      {(step === "end" || step === "deactivate") && (
        <ConfirmDialog
          title={text(step === "end" ? "person.signOutTitle" : "person.deactivateTitle", {
            name: person.name,
          })}
          confirmLabel={text(step === "end" ? "person.signOut" : "person.deactivate")}
          cancelLabel={text("cancel")}
          isDanger
          isOpen
          onClose={close}
          onConfirm={() => (step === "end" ? endSessions() : activate(false))}
        >
          <p>{text(step === "end" ? "person.signOutText" : "person.deactivateText")}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
