/** Proof for the student: what arrived, when, and the fingerprint of it, signed; to copy, to keep and to print. */
import type { SubmissionReceipt } from "../contract.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { bytesText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { dateTimeIn } from "./course-dates.ts";

export function Receipt(props: { readonly receipt: SubmissionReceipt; readonly timeZone: string }) {
  const text = useText();
  const { receipt, timeZone } = props;
  const when = dateTimeIn(receipt.receivedAt, timeZone);
  return (
    <Notice tone="good" title={text("submit.receipt")}>
      <p className="soft">{text("submit.receiptLine", { attempt: receipt.attempt, when })}</p>
      {receipt.files.map(({ fileName, bytes, sha256 }) => (
        <div key={`${fileName} ${sha256}`}>
          <p>
            {fileName} · {bytesText(bytes)}
          </p>
          <p className="faint mono hash">SHA-256 {sha256}</p>
        </div>
      ))}
      {receipt.textSha256 !== null && (
        <div>
          <p>{text("submit.answer")}</p>
          <p className="faint mono hash">SHA-256 {receipt.textSha256}</p>
        </div>
      )}
      <ReceiptActions
        receipt={receipt.receipt}
        name={`receipt-${receipt.submissionId}-${receipt.attempt}`}
        json={receipt}
      />
      <p className="faint">{text("submit.receiptKeep")}</p>
    </Notice>
  );
}

export interface ReceiptActionsProps {
  /** The signed text. */
  readonly receipt: string;
  /** The name of the file to save, without its ending. */
  readonly name: string;
  readonly json?: object;
}

export function ReceiptActions({ receipt, name, json }: ReceiptActionsProps) {
  const text = useText();
  return (
    <div className="row">
      <Button
        icon="copy"
        onPress={() =>
          void navigator.clipboard.writeText(receipt).then(
            () => toast(text("submit.copied")),
            () => save(receipt, `${name}.txt`),
          )
        }
      >
        {text("submit.copy")}
      </Button>
      <Button icon="download" onPress={() => save(receipt, `${name}.txt`)}>
        {text("submit.save")}
      </Button>
      {json !== undefined && (
        <Button look="quiet" onPress={() => save(JSON.stringify(json, null, 2), `${name}.json`)}>
          {text("submit.saveJson")}
        </Button>
      )}
      <Button look="quiet" onPress={() => printText(receipt)}>
        {text("submit.print")}
      </Button>
    </div>
  );
}

function save(content: string, fileName: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}

/** Prints the receipt alone: a frame of its own, gone again afterwards. */
function printText(content: string): void {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  const inside = frame.contentDocument;
  if (inside === null || frame.contentWindow === null) return;
  const block = inside.createElement("pre");
  block.textContent = content;
  block.style.whiteSpace = "pre-wrap";
  block.style.overflowWrap = "anywhere";
  inside.body.append(block);
  frame.contentWindow.addEventListener("afterprint", () => frame.remove());
  frame.contentWindow.print();
}
