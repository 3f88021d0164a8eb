/** The join code as it goes on the board: large, copied with one press, replaced when it has travelled too far. */
import { useState } from "react";
import type { Course } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./course-pages.css";
import "./messages.ts";

export function JoinCodeCard({ course, code }: { readonly course: Course; readonly code: string }) {
  const text = useText();
  const { run } = useCommand("courses.renewJoinCode");
  const [isRenewing, setRenewing] = useState(false);

  async function copy() {
    try {
      await navigator.clipboard.writeText(code);
      toast(text("people.copied"));
    } catch {
      // Without leave to write to the clipboard the code still stands there to be marked.
      toast(text("people.copyRefused"));
    }
  }

  return (
    <section className="card join-card" aria-labelledby="join-code">
      <div className="stack-tight">
        <h2 id="join-code" className="join-card-title">
          {text("join.code")}
        </h2>
        <p className="join-code-big">{code}</p>
        <p className="soft">{text("people.joinHint")}</p>
      </div>
      <div className="row">
        <Button look="primary" icon="copy" onPress={() => void copy()}>
          {text("people.copy")}
        </Button>
        <Button onPress={() => setRenewing(true)}>{text("people.renew")}</Button>
      </div>
      <ConfirmDialog
        title={text("people.renewTitle")}
        isOpen={isRenewing}
        onClose={() => setRenewing(false)}
        confirmLabel={text("people.renew")}
        cancelLabel={text("courses.cancel")}
        onConfirm={async (key) => {
          await run({ courseId: course.courseId }, key);
          toast(text("people.renewed"));
        }}
      >
        <p>{text("people.renewText", { code })}</p>
      </ConfirmDialog>
    </section>
  );
}
