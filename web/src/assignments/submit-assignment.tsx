/** A student's own work: handing it in, the receipt that proves it, and the grade once it is released. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { command, read } from "../client.ts";
import type { Assignment, MySubmission, SubmissionReceipt } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { UploadList } from "../materials/upload-list.tsx";
import { useUploads } from "../materials/upload-queue.ts";
import { Button } from "../ui/button.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { Notice } from "../ui/notice.tsx";
import { Badge, bytesText, DateTime, dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { MyGrade } from "./my-grade.tsx";
import "./messages.ts";
import "./assignments.css";

type Submission = NonNullable<MySubmission["submission"]>;

export function MyWork({ assignment }: { readonly assignment: Assignment }) {
  const text = useText();
  const mine = useRead("assignments.getMySubmission", { assignmentId: assignment.assignmentId });
  return (
    <section className="section" aria-labelledby="my-work">
      <h2 id="my-work">{text("submit.title")}</h2>
      <Loaded of={mine}>
        {({ submission }) => (
          <>
            {submission?.grade && <MyGrade submission={submission} />}
            <HandIn assignment={assignment} hasHandedIn={submission !== null} />
            {submission !== null && <Attempts assignment={assignment} submission={submission} />}
          </>
        )}
      </Loaded>
    </section>
  );
}

interface HandInProps {
  readonly assignment: Assignment;
  readonly hasHandedIn: boolean;
}

function HandIn({ assignment, hasHandedIn }: HandInProps) {
  const text = useText();
  const queries = useQueryClient();
  const [receipt, setReceipt] = useState<SubmissionReceipt | null>(null);
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    const { assignmentId } = assignment;
    setReceipt(await command("assignments.submitAssignment", { assignmentId, uploadId }, key));
    await queries.invalidateQueries();
  });
  const isBusy = items.some(({ state }) => state !== "done" && state !== "failed");
  return (
    <div className="stack">
      {receipt !== null && <Receipt receipt={receipt} title={assignment.title} />}
      {assignment.isPastDue && <Notice tone="warm">{text("submit.lateWarning")}</Notice>}
      {!isBusy && (
        <FileDrop
          label={text(hasHandedIn ? "submit.again" : "submit.drop")}
          hint={text("submit.dropHint")}
          onFiles={(files) => {
            for (const { id, state } of items) if (state === "done") queue.dismiss(id);
            queue.add(files);
          }}
        />
      )}
      <UploadList queue={queue} items={items} />
    </div>
  );
}

/** Proof for the student: what arrived, when, and the fingerprint of its bytes. */
function Receipt({ receipt, title }: { readonly receipt: SubmissionReceipt; readonly title: string }) {
  const text = useText();
  const when = dateTimeText(receipt.receivedAt);
  const proof = text("submit.receiptText", {
    title,
    attempt: receipt.attempt,
    file: receipt.fileName,
    bytes: receipt.bytes,
    when: `${when} (${new Date(receipt.receivedAt).toISOString()})`,
    hash: receipt.sha256,
    id: receipt.submissionId,
  });

  function save() {
    const address = URL.createObjectURL(new Blob([proof], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `receipt-${receipt.submissionId}-${receipt.attempt}.txt`;
    link.click();
    URL.revokeObjectURL(address);
  }

  return (
    <Notice tone="good" title={text("submit.receipt")}>
      <p>
        {receipt.fileName} · {bytesText(receipt.bytes)}
      </p>
      <p className="soft">{text("submit.receiptLine", { attempt: receipt.attempt, when })}</p>
      <p className="faint">{text("submit.hash")}</p>
      <p className="mono">{receipt.sha256}</p>
      <div className="row">
        <Button
          icon="copy"
          onPress={() =>
            void navigator.clipboard.writeText(proof).then(() => toast(text("submit.copied")), save)
          }
        >
          {text("submit.copy")}
        </Button>
        <Button icon="download" onPress={save}>
          {text("submit.save")}
        </Button>
      </div>
    </Notice>
  );
}

function Attempts(props: { readonly assignment: Assignment; readonly submission: Submission }) {
  const text = useText();
  const { assignment, submission } = props;
  const { submissionId } = submission;
  return (
    <div className="stack-tight">
      {submission.grade === null && <p className="soft">{text("submit.waiting")}</p>}
      <h3>{text("submit.attempts")}</h3>
      <ul className="list">
        {submission.attempts.map(
          ({ attempt, file, receivedAt, late }) =>
            file && (
              <li key={attempt}>
                <div className="grow">
                  <p className="item-title">
                    {text("submit.attempt", { attempt })}: {file.fileName}
                  </p>
                  <p className="faint">
                    <DateTime at={receivedAt} /> · {bytesText(file.bytes)}
                  </p>
                  <p className="faint mono hash">SHA-256 {file.sha256}</p>
                </div>
                {assignment.dueAt !== null && (
                  <Badge tone={late ? "warm" : "good"}>{text(late ? "submit.late" : "submit.onTime")}</Badge>
                )}
                <Button
                  look="quiet"
                  icon="download"
                  aria-label={`${text("submit.download", { file: file.fileName })}, ${bytesText(file.bytes)}`}
                  onPress={() =>
                    void read("assignments.downloadSubmission", { submissionId, attempt }).then(({ url }) =>
                      location.assign(url),
                    )
                  }
                >
                  {bytesText(file.bytes)}
                </Button>
              </li>
            ),
        )}
      </ul>
    </div>
  );
}
