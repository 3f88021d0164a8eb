/** Links as lines, each with the way to end it. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";

export type ObserverLink = ReadOutput<"observers.getObservers">["observers"][number];

export function ObserverLinks({
  links,
  shows,
}: {
  readonly links: readonly ObserverLink[];
  /** Which of the two a line is about; the other one is who the page is about. */
  readonly shows: "observer" | "student";
}) {
  const text = useText();
  const end = useCommand("observers.endLink");
  const [chosen, setChosen] = useState<ObserverLink | null>(null);
  const namesOf = ({ observer, student }: ObserverLink) => ({
    observer: observer.name,
    student: student.name,
  });
  return (
    <>
      <ul className="list">
        {links.map((link) => (
          <li key={link.linkId}>
            <div className="grow">
              <p className="item-title">{link[shows].name}</p>
              <p className="faint">
                <DateTime at={link.madeAt} dateOnly />,{" "}
                {text(link.origin === "admin" ? "observers.byAdmin" : "observers.byCode")}
              </p>
            </div>
            <Button onPress={() => setChosen(link)} aria-label={text("observers.endOf", namesOf(link))}>
              {text("observers.end")}
            </Button>
          </li>
        ))}
      </ul>
      {chosen !== null && (
        <ConfirmDialog
          title={text("observers.endTitle")}
          confirmLabel={text("observers.end")}
          cancelLabel={text("cancel")}
          isDanger
          isOpen
          onClose={() => setChosen(null)}
          onConfirm={async (key) => {
            await end.run({ linkId: chosen.linkId }, key);
            toast(text("observers.ended", namesOf(chosen)));
          }}
        >
          <p>{text("observers.endText", namesOf(chosen))}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
