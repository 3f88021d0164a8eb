/** Something to take along, a link or a token: shown whole, and copied by one press. */
import { useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { useText } from "../ui/text.ts";

export interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  /** What the button says: "Copy the link". */
  readonly action: string;
}

type Outcome = "none" | "copied" | "byHand";

export function CopyField({ label, value, action }: CopyFieldProps) {
  const text = useText();
  const frame = useRef<HTMLDivElement>(null);
  const [outcome, setOutcome] = useState<Outcome>("none");

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setOutcome("copied");
    } catch {
      // Browsers keep the clipboard from pages without TLS, and where the person said no.
      const input = frame.current?.querySelector("input");
      input?.focus();
      input?.select();
      setOutcome("byHand");
    }
  }

  return (
    <div className="stack-tight" ref={frame}>
      <TextField label={label} value={value} isReadOnly isCode />
      <div className="row">
        <Button icon="copy" onPress={() => void copy()}>
          {action}
        </Button>
        <span role="status" className="soft">
          {outcome !== "none" && text(`copy.${outcome}`)}
        </span>
      </div>
    </div>
  );
}
