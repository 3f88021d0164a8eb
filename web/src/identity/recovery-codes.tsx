/** Ten recovery codes, shown this once: to print, to save as a file, and only then to go on. */
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { useText } from "../ui/text.ts";
import "./second-step-messages.ts";
import "./second-step.css";

export interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const text = useText();
  const [isKept, setKept] = useState(false);

  function save() {
    const file = new Blob([`${text("recovery.fileTitle")}\n\n${codes.join("\n")}\n`], { type: "text/plain" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return (
    <div className="stack">
      <p>{text("recovery.lead")}</p>
      <ol className="recovery-codes" aria-label={text("recovery.title")}>
        {codes.map((code) => (
          <li key={code} className="mono">
            {code}
          </li>
        ))}
      </ol>
      <div className="row">
        <Button onPress={save}>{text("recovery.save")}</Button>
        <Button onPress={() => window.print()}>{text("recovery.print")}</Button>
      </div>
      <Checkbox isSelected={isKept} onChange={setKept}>
        {text("recovery.kept")}
      </Checkbox>
      <div>
        <Button look="primary" isDisabled={!isKept} onPress={onDone}>
          {text("recovery.goOn")}
        </Button>
      </div>
    </div>
  );
}
