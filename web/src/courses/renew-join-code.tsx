/** The join code as it goes on the board: large, copied with one press, replaced when it has travelled too far, or off. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Course } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./course-pages.css";
import "./messages.ts";

export function JoinCodeCard({ course }: { readonly course: Course }) {
  const text = useText();
  const { courseId, joinCode } = course;
  const renew = useCommand("courses.renewJoinCode");
  const set = useCommand("courses.setJoinCode");
  const [isRenewing, setRenewing] = useState(false);

  async function copy(code: string) {
    try {
      await navigator.clipboard.writeText(code);
      toast(text("people.copied"));
    } catch {
      // Without leave to write to the clipboard the code still stands there to be marked.
      toast(text("people.copyRefused"));
    }
  }

  // What went wrong is kept by the command and shown below.
  const turn = (on: boolean) =>
    void set.run({ courseId, on }).then(
      () => toast(text(on ? "people.codeOn" : "people.codeOff"), () => turn(!on)),
      () => undefined,
    );

  return (
    <section className="card join-card" aria-labelledby="join-code">
      <div className="stack-tight">
        <h2 id="join-code" className="join-card-title">
          {text("join.code")}
        </h2>
        {joinCode !== null && <p className="join-code-big">{joinCode}</p>}
        <p className="soft">{text(joinCode === null ? "people.codeIsOff" : "people.joinHint")}</p>
        <ErrorNotice error={set.error} />
      </div>
      <div className="row">
        {joinCode === null ? (
          <Button look="primary" isPending={set.isPending} onPress={() => turn(true)}>
            {text("people.codeTurnOn")}
          </Button>
        ) : (
          <>
            <Button look="primary" icon="copy" onPress={() => void copy(joinCode)}>
              {text("people.copy")}
            </Button>
            <Link to="/courses/$courseId/qr" params={{ courseId }} className="button" data-look="plain">
              {text("people.showQr")}
            </Link>
            <Button isPending={set.isPending} onPress={() => turn(false)}>
              {text("people.codeTurnOff")}
            </Button>
          </>
        )}
        <Button onPress={() => setRenewing(true)}>{text("people.renew")}</Button>
      </div>
      <ConfirmDialog
        title={text("people.renewTitle")}
        isOpen={isRenewing}
        onClose={() => setRenewing(false)}
        confirmLabel={text("people.renew")}
        cancelLabel={text("courses.cancel")}
        onConfirm={async (key) => {
          await renew.run({ courseId }, key);
          toast(text("people.renewed"));
        }}
      >
        <p>
          {text(joinCode === null ? "people.renewOffText" : "people.renewText", { code: joinCode ?? "" })}
        </p>
      </ConfirmDialog>
    </section>
  );
}
