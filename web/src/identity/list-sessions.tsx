/** Where one is signed in, and ending a session that was left open elsewhere. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { deviceName } from "./device-name.ts";

type Session = ReadOutput<"identity.listSessions">["items"][number];

export function SessionsSection() {
  const text = useText();
  const sessions = usePages("identity.listSessions", {});
  const revoke = useCommand("identity.revokeSession");
  const endOthers = useCommand("identity.endOtherSessions");
  const [chosen, setChosen] = useState<Session | "others" | null>(null);
  const nameOf = useDeviceText();
  const others =
    sessions.data?.pages.flatMap(({ items }) => items).filter((each) => !each.isCurrent).length ?? 0;

  async function end({ id }: Session, key: string) {
    await revoke.run({ sessionId: id }, key);
    toast(text("sessions.ended"));
  }
  async function endAllOthers(key: string) {
    const { sessionsEnded } = await endOthers.run({}, key);
    toast(text("sessions.othersEnded", { count: sessionsEnded }));
  }

  return (
    <section className="section" aria-labelledby="sessions">
      <div className="row row-apart">
        <h2 id="sessions">{text("sessions.title")}</h2>
        {others > 0 && <Button onPress={() => setChosen("others")}>{text("sessions.endOthers")}</Button>}
      </div>
      <p className="soft prose">{text("sessions.lead")}</p>
      <Paged of={sessions}>
        {(items) => (
          <ul className="list">
            {items.map((session) => (
              <li key={session.id}>
                <SessionFacts session={session} device={nameOf(session.device)} />
                {!session.isCurrent && (
                  <Button
                    onPress={() => setChosen(session)}
                    aria-label={text("sessions.endOf", { device: nameOf(session.device) })}
                  >
                    {text("sessions.end")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Paged>
      {chosen === "others" && (
        <ConfirmDialog
          title={text("sessions.endOthersTitle")}
          confirmLabel={text("sessions.endOthers")}
          cancelLabel={text("cancel")}
          isDanger
          isOpen
          onClose={() => setChosen(null)}
          onConfirm={endAllOthers}
        >
          <p>{text("sessions.endOthersText")}</p>
        </ConfirmDialog>
      )}
      {chosen !== null && chosen !== "others" && (
        <ConfirmDialog
          title={text("sessions.endTitle")}
          confirmLabel={text("sessions.end")}
          cancelLabel={text("cancel")}
          isDanger
          isOpen
          onClose={() => setChosen(null)}
          onConfirm={(key) => end(chosen, key)}
        >
          <p>{text("sessions.endText", { device: nameOf(chosen.device) })}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function SessionFacts({ session, device }: { readonly session: Session; readonly device: string }) {
  const text = useText();
  return (
    <div className="grow stack-tight">
      <div className="row">
        <span className="item-title" title={session.device}>
          {device}
        </span>
        {session.isCurrent && <Badge tone="good">{text("sessions.thisDevice")}</Badge>}
        {session.scope !== "full" && <Badge>{text(`sessions.scope.${session.scope}`)}</Badge>}
      </div>
      <p className="faint row">
        {session.place !== "" && <span>{text("sessions.from", { place: session.place })}</span>}
        {session.isCurrent ? (
          <span>{text("sessions.inUse")}</span>
        ) : (
          <span>
            {text("sessions.seen")} <DateTime at={Math.max(session.seenAt ?? 0, session.renewedAt)} />
          </span>
        )}
        <span>
          {text("sessions.opened")} <DateTime at={session.openedAt} dateOnly />
        </span>
      </p>
    </div>
  );
}

/** What to call a device: its browser and system, or what the client called itself. */
export function useDeviceText(): (agent: string) => string {
  const text = useText();
  return (agent) => {
    const name = deviceName(agent);
    if (name === null) return agent === "" ? text("sessions.unknownDevice") : agent;
    return name.system === null
      ? name.browser
      : text("sessions.device", { browser: name.browser, system: name.system });
  };
}
