/** Ending mails by the link at their foot: one press, without signing in. Opening the link alone changes nothing. */
import { useEffect, useState } from "react";
import { CallError, command } from "../client.ts";
import type { CommandOutput } from "../contract.ts";
import { useAddressToken } from "../identity/address-token.ts";
import { Gate } from "../identity/gate.tsx";
import "../identity/gate-messages.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

export function UnsubscribePage() {
  const text = useText();
  const token = useAddressToken();
  const [ended, setEnded] = useState<CommandOutput<"notices.unsubscribe"> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const title = text("unsubscribe.title");
  useEffect(() => {
    document.title = `${title} · Lyceum`;
  }, [title]);

  function end(everything: boolean) {
    setError(null);
    command("notices.unsubscribe", { token, everything }).then(setEnded, setError);
  }

  const isBroken = error instanceof CallError && error.code === "link_invalid";
  return (
    <Gate school="">
      <h1>{title}</h1>
      {token === "" || isBroken ? (
        <Notice tone="warm" title={text("unsubscribe.broken")}>
          <p>{isBroken ? error.message : text("unsubscribe.noToken")}</p>
        </Notice>
      ) : ended === null ? (
        <div className="stack">
          <p>{text("unsubscribe.lead")}</p>
          <ErrorNotice error={error} />
          <Button look="primary" onPress={() => end(false)}>
            {text("unsubscribe.these")}
          </Button>
          <Button look="plain" onPress={() => end(true)}>
            {text("unsubscribe.everything")}
          </Button>
        </div>
      ) : (
        <div className="stack" role="status">
          <p>{text("unsubscribe.done")}</p>
          <ul>
            {ended.kinds.map((kind) => (
              <li key={kind}>{text(`notices.kind.${kind}`)}</li>
            ))}
          </ul>
          <p className="soft">{text("unsubscribe.undo")}</p>
        </div>
      )}
      <a className="button" data-look="quiet" href="/sign-in">
        {text("unsubscribe.toSignIn")}
      </a>
    </Gate>
  );
}
