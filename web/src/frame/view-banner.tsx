/** Says, on every page and loudly, that somebody looks at the school as another person, and lets them end it. */
import { useState } from "react";
import { command } from "../client.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { useMe } from "./me.ts";

export function ViewBanner() {
  const text = useText();
  const { person, view } = useMe();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (view === null) return null;

  async function end() {
    setPending(true);
    try {
      await command("identity.endView", {});
      // A fresh page: nothing that was read as somebody else stays in memory.
      if (view?.isPreview) location.reload();
      else location.assign("/");
    } catch (failure) {
      setError(failure);
      setPending(false);
    }
  }

  return (
    <section className="connection" aria-label={text(view.isPreview ? "view.previewTitle" : "view.title")}>
      <div className="row" style={{ justifyContent: "center" }}>
        <span>
          {view.isPreview
            ? text("view.preview")
            : text("view.now", { name: person.name, viewer: view.viewerName })}{" "}
          <DateTime at={view.until} />
        </span>
        <Button isPending={isPending} onPress={() => void end()}>
          {text(view.isPreview ? "view.endPreview" : "view.end")}
        </Button>
      </div>
      <ErrorNotice error={error} />
    </section>
  );
}
