/** Appeals: a student asks for another look, and somebody who teaches answers. */
import { useState } from "react";
import type { Appeal } from "../contract.ts";
import { useIsOpen } from "../courses/if-open.tsx";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { dateTimeIn } from "./course-dates.ts";
import "./messages.ts";

/** What was asked and answered, for both sides. */
export function AppealThread({ appeal, timeZone }: { readonly appeal: Appeal; readonly timeZone: string }) {
  const text = useText();
  return (
    <div className="stack-tight">
      <p className="faint">
        {text("appeal.opened")} {dateTimeIn(appeal.openedAt, timeZone)}
      </p>
      <p className="appeal-text">{appeal.reason}</p>
      {appeal.outcome !== null && (
        <>
          <p>
            <strong>{text(`appeal.${appeal.outcome}`)}</strong>
          </p>
          <p className="appeal-text">{appeal.answer}</p>
          {appeal.answeredBy !== null && appeal.answeredAt !== null && (
            <p className="faint">
              {appeal.answeredBy.name}, {dateTimeIn(appeal.answeredAt, timeZone)}
            </p>
          )}
        </>
      )}
    </div>
  );
}

/** For those who grade: the appeal, and the answer to it. */
export function AnswerAppeal({ appeal, timeZone }: { readonly appeal: Appeal; readonly timeZone: string }) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const answer = useCommand("assignments.answerAppeal");
  const reopen = useCommand("assignments.reopenAppeal");
  const [said, setSaid] = useState("");
  const { appealId, version } = appeal;
  const send = (outcome: "changed" | "unchanged") =>
    void answer
      .run({ appealId, version, outcome, answer: said })
      .then(() => toast(text("appeal.answered")))
      .catch(() => undefined);
  return (
    <Notice
      tone={appeal.state === "open" ? "warm" : "accent"}
      title={text(appeal.state === "open" ? "appeal.waiting" : "appeal.wasAnswered")}
    >
      <AppealThread appeal={appeal} timeZone={timeZone} />
      <ErrorNotice error={answer.error ?? reopen.error} />
      {!isOpenCourse ? null : appeal.state === "open" ? (
        <>
          <TextField
            label={text("appeal.answer")}
            hint={text("appeal.answerHint")}
            rows={3}
            maxLength={2_000}
            value={said}
            onChange={setSaid}
            isRequired
          />
          <div className="row">
            <Button
              isDisabled={said.trim() === ""}
              isPending={answer.isPending}
              onPress={() => send("changed")}
            >
              {text("appeal.sayChanged")}
            </Button>
            <Button
              isDisabled={said.trim() === ""}
              isPending={answer.isPending}
              onPress={() => send("unchanged")}
            >
              {text("appeal.sayUnchanged")}
            </Button>
          </div>
        </>
      ) : (
        !appeal.isReopened && (
          <div>
            <Button
              isPending={reopen.isPending}
              onPress={() => void reopen.run({ appealId, version }).catch(() => undefined)}
            >
              {text("appeal.reopen")}
            </Button>
          </div>
        )
      )}
    </Notice>
  );
}

/** For the student: asking, as long as it is possible. */
export function OpenAppeal({
  submissionId,
  until,
  timeZone,
}: {
  readonly submissionId: string;
  readonly until: number;
  readonly timeZone: string;
}) {
  const text = useText();
  const open = useCommand("assignments.openAppeal");
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  if (!isAsking)
    return (
      <p className="row">
        <Button onPress={() => setAsking(true)}>{text("appeal.ask")}</Button>
        <span className="faint">{text("appeal.until", { when: dateTimeIn(until, timeZone) })}</span>
      </p>
    );
  return (
    <form
      className="stack-tight"
      onSubmit={(event) => {
        event.preventDefault();
        void open
          .run({ submissionId, reason })
          .then(() => toast(text("appeal.sent")))
          .catch(() => undefined);
      }}
    >
      <ErrorNotice error={open.error} />
      <TextField
        label={text("appeal.reason")}
        hint={text("appeal.reasonHint")}
        rows={4}
        maxLength={2_000}
        value={reason}
        onChange={setReason}
        isRequired
      />
      <div className="row">
        <Button onPress={() => setAsking(false)}>{text("cancel")}</Button>
        <Button type="submit" look="primary" isPending={open.isPending} isDisabled={reason.trim() === ""}>
          {text("appeal.send")}
        </Button>
      </div>
    </form>
  );
}
