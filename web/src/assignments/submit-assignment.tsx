/** A student's own work: dates, draft, the receipt that proves it, the history, and the grade once it is released. */
import { useState } from "react";
import { read } from "../client.ts";
import type { Assignment, MySubmission, SubmissionReceipt } from "../contract.ts";
import { useIsOpen } from "../courses/if-open.tsx";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { useMe } from "../frame/me.ts";
import { Markdown } from "../materials/markdown.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { Badge, bytesText } from "../ui/pieces.tsx";
import { locale, useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { dateTimeIn } from "./course-dates.ts";
import { DraftDesk } from "./draft-desk.tsx";
import { MyGrade } from "./my-grade.tsx";
import { Receipt, ReceiptActions } from "./receipt.tsx";
import "./messages.ts";
import "./assignments.css";

type Submission = NonNullable<MySubmission["submission"]>;

export function MyWork({ assignment }: { readonly assignment: Assignment }) {
  const text = useText();
  const { assignmentId, timeZone } = assignment;
  const mine = useRead("assignments.getMySubmission", { assignmentId });
  const isOpenCourse = useIsOpen();
  const [receipt, setReceipt] = useState<SubmissionReceipt | null>(null);
  const isLooking = useMe().view !== null;
  return (
    <section className="section" aria-labelledby="my-work">
      <h2 id="my-work">{text("submit.title")}</h2>
      {isLooking && <Notice>{text("submit.looking")}</Notice>}
      <Loaded of={mine}>
        {(found) => (
          <>
            <Terms terms={found.terms} assignment={assignment} />
            {found.submission?.grade && (
              <MyGrade submission={found.submission} timeZone={timeZone} isReadOnly={isLooking} />
            )}
            {receipt !== null && <Receipt receipt={receipt} timeZone={timeZone} />}
            {found.terms.mayHandIn && isOpenCourse ? (
              <DraftDesk assignment={assignment} mine={found} isReadOnly={isLooking} onReceipt={setReceipt} />
            ) : (
              <Closed mine={found} />
            )}
            {found.submission !== null && (
              <Attempts
                assignment={assignment}
                submission={found.submission}
                mayWithdraw={found.terms.mayWithdraw && !isLooking && isOpenCourse}
                onWithdrawn={() => setReceipt(null)}
              />
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

/** The dates that hold for the reader, and for whom the work counts. */
function Terms(props: { readonly terms: MySubmission["terms"]; readonly assignment: Assignment }) {
  const text = useText();
  const { terms, assignment } = props;
  const { timeZone } = assignment;
  const names = new Intl.ListFormat(locale).format(terms.members.map(({ name }) => name));
  return (
    <div className="stack-tight">
      {terms.isOwnDate && terms.dueAt !== null && (
        <Notice title={text("submit.yourDate", { when: dateTimeIn(terms.dueAt, timeZone) })}>
          {assignment.dueAt !== null && (
            <p>{text("submit.othersDate", { when: dateTimeIn(assignment.dueAt, timeZone) })}</p>
          )}
        </Notice>
      )}
      {terms.untilAt !== null && terms.window !== "closed" && (
        <p className="soft">{text("submit.until", { when: dateTimeIn(terms.untilAt, timeZone) })}</p>
      )}
      {assignment.groupSetId !== null && <p className="soft">{text("submit.group", { names })}</p>}
    </div>
  );
}

/** Why nothing can be handed in now; what is in the draft stays. */
function Closed({ mine }: { readonly mine: MySubmission }) {
  const text = useText();
  const { draft, submission, terms } = mine;
  const hasDraft = draft.files.length > 0 || draft.text !== "";
  if (submission?.grade && !hasDraft) return null;
  // Where the terms have nothing against it, the course is archived, and the banner has said that.
  if (terms.whyNot === null && !hasDraft)
    return submission === null ? <p className="soft">{text("submit.none")}</p> : null;
  return (
    <Notice>
      {terms.whyNot !== null && <p>{terms.whyNot}</p>}
      {hasDraft && <p className="soft">{text("submit.draftKept")}</p>}
    </Notice>
  );
}

interface AttemptsProps {
  readonly assignment: Assignment;
  readonly submission: Submission;
  readonly mayWithdraw: boolean;
  readonly onWithdrawn: () => void;
}

function Attempts({ assignment, submission, mayWithdraw, onWithdrawn }: AttemptsProps) {
  const text = useText();
  const [isAsking, setAsking] = useState(false);
  const withdraw = useCommand("assignments.withdrawSubmission");
  const { assignmentId } = assignment;
  const latest = submission.attempts[0]?.attempt ?? 1;
  return (
    <div className="stack-tight">
      {submission.grade === null && (
        <p className="soft">{text(submission.isHandedIn ? "submit.waiting" : "submit.withdrawnNow")}</p>
      )}
      <div className="row row-apart">
        <h3>{text("submit.attempts")}</h3>
        {mayWithdraw && <Button onPress={() => setAsking(true)}>{text("submit.withdraw")}</Button>}
      </div>
      <ul className="list">
        {submission.attempts.map((each) => (
          <Attempt
            key={each.attempt}
            assignment={assignment}
            submissionId={submission.submissionId}
            attempt={each}
          />
        ))}
      </ul>
      <ConfirmDialog
        title={text("submit.withdrawTitle")}
        confirmLabel={text("submit.withdraw")}
        cancelLabel={text("cancel")}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={async () => {
          await withdraw.run({ assignmentId, attempt: latest });
          onWithdrawn();
          toast(text("submit.withdrawn"));
        }}
      >
        <p>{text("submit.withdrawHint")}</p>
      </ConfirmDialog>
    </div>
  );
}

interface AttemptProps {
  readonly assignment: Assignment;
  readonly submissionId: string;
  readonly attempt: Submission["attempts"][number];
}

function Attempt({ assignment, submissionId, attempt: each }: AttemptProps) {
  const text = useText();
  const [error, setError] = useState<unknown>(null);
  const { attempt, files, receivedAt, late, withdrawnAt, receipt } = each;
  const when = dateTimeIn(receivedAt, assignment.timeZone);
  return (
    <li className="attempt">
      <div className="grow stack-tight">
        <div className="row">
          <p className="item-title">{text("submit.attempt", { attempt })}</p>
          {withdrawnAt !== null ? (
            <Badge>{text("submit.takenBack")}</Badge>
          ) : (
            assignment.dueAt !== null && (
              <Badge tone={late ? "warm" : "good"}>{text(late ? "submit.late" : "submit.onTime")}</Badge>
            )
          )}
        </div>
        <p className="faint">
          {assignment.groupSetId === null ? when : text("submit.by", { name: each.handedInBy.name, when })}
        </p>
        <ErrorNotice error={error} />
        {files.length > 0 && (
          <div className="row">
            {files.map(({ fileName, bytes }, at) => (
              <Button
                key={`${fileName} ${files.slice(0, at).length}`}
                look="quiet"
                icon="download"
                aria-label={`${text("submit.download", { file: fileName })}, ${bytesText(bytes)}`}
                onPress={() =>
                  void read("assignments.downloadSubmission", {
                    submissionId,
                    attempt,
                    place: at + 1,
                  }).then(({ url }) => location.assign(url), setError)
                }
              >
                {fileName} · {bytesText(bytes)}
              </Button>
            ))}
          </div>
        )}
        {(each.text !== null || receipt !== null) && (
          <details>
            <summary>{text(each.text === null ? "submit.showReceipt" : "submit.showText")}</summary>
            <div className="stack-tight">
              {each.text !== null && (
                <div className="card">
                  <Markdown source={each.text} />
                </div>
              )}
              {receipt !== null && (
                <>
                  <pre className="receipt-text">{receipt}</pre>
                  <ReceiptActions receipt={receipt} name={`receipt-${submissionId}-${attempt}`} />
                </>
              )}
            </div>
          </details>
        )}
      </div>
    </li>
  );
}
