/** Points and feedback for one student's work; what is typed is never lost, also when two grade at the same time. */
import { type KeyboardEvent, useState } from "react";
import { CallError } from "../client.ts";
import type { Assignment, SubmittedWork } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Markdown } from "../materials/markdown.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Icon } from "../ui/icon.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { pointsOf, useGradeDraft } from "./grade-draft.ts";
import { pointsText } from "./submissions.ts";
import "./grading-messages.ts";

export interface GradeFormProps {
  readonly assignment: Assignment;
  readonly work: SubmittedWork;
  /** Reads the submission anew, after somebody else has changed it. */
  readonly onStale: () => Promise<unknown>;
  /** Goes on to the next student; null at the last one. */
  readonly onNext: (() => void) | null;
}

export function GradeForm({ assignment, work, onStale, onNext }: GradeFormProps) {
  const text = useText();
  const { draft, isDirty, change, settle } = useGradeDraft(work);
  const save = useCommand("assignments.gradeSubmission");
  const [isTold, setTold] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const max = assignment.pointsMax;
  const isStale = isDirty && draft.version !== work.version;
  const isRefusedAsStale = save.error instanceof CallError && save.error.code === "stale_version";
  // What nobody has typed over follows what is saved.
  const shown = isDirty
    ? draft
    : { points: work.grade ? String(work.grade.points) : "", feedback: work.grade?.feedback ?? "" };

  function type(part: { points?: string; feedback?: string }) {
    setTold(false);
    setWrong(false);
    change({ ...shown, version: isDirty ? draft.version : work.version, ...part });
  }

  async function submit(goOn: boolean) {
    const points = pointsOf(shown.points, max);
    if (points === null) {
      setWrong(true);
      return;
    }
    const { submissionId } = work;
    const version = isDirty ? draft.version : work.version;
    try {
      settle(await save.run({ submissionId, points, feedback: shown.feedback, version }));
      setTold(true);
      if (goOn) onNext?.();
    } catch (error) {
      if (error instanceof CallError && error.code === "stale_version") await onStale();
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void submit(false);
  }

  return (
    <form
      className="stack"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(false);
      }}
    >
      {isStale && (
        <Conflict
          work={work}
          onKeepMine={() => change({ version: work.version })}
          onTakeTheirs={() => settle(work)}
        />
      )}
      {!isRefusedAsStale && <ErrorNotice error={save.error} />}
      <TextField
        label={text("grading.points")}
        hint={text("grading.pointsHint", { max: pointsText(max) })}
        inputMode="decimal"
        autoComplete="off"
        value={shown.points}
        onChange={(points) => type({ points })}
        isRequired
        validationBehavior="aria"
        validate={() => (isWrong ? text("grading.pointsWrong", { max: pointsText(max) }) : null)}
      />
      <TextField
        label={text("grading.feedback")}
        hint={text("grading.feedbackHint")}
        rows={8}
        maxLength={10_000}
        value={shown.feedback}
        onChange={(feedback) => type({ feedback })}
      />
      <div className="row">
        <Button
          type="submit"
          look={onNext ? "plain" : "primary"}
          isPending={save.isPending}
          isDisabled={isStale}
        >
          {text("grading.save")}
        </Button>
        {onNext && (
          <Button look="primary" isDisabled={isStale || save.isPending} onPress={() => void submit(true)}>
            {text("grading.saveNext")}
          </Button>
        )}
        <span role="status" className="row">
          {isTold && !isDirty && (
            <>
              <Icon name="check" />
              {text("grading.saved")}
            </>
          )}
          {isDirty && <span className="faint">{text("grading.draft")}</span>}
        </span>
      </div>
      {work.grade !== null && (
        <p className="faint">
          {text("grading.gradedBy", { name: work.grade.gradedBy.name })},{" "}
          <DateTime at={work.grade.gradedAt} />
          {work.grade.releasedAt !== null && ` · ${text("grading.visible")}`}
        </p>
      )}
      <p className="faint">{text("grading.keys")}</p>
    </form>
  );
}

interface ConflictProps {
  readonly work: SubmittedWork;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** What is saved now, beside what was typed. */
function Conflict({ work, onKeepMine, onTakeTheirs }: ConflictProps) {
  const text = useText();
  const { grade, attempt } = work;
  return (
    <Notice tone="warm" title={text("grading.conflict")}>
      <p>{text("grading.conflictHint")}</p>
      {(grade === null || grade.attempt < attempt) && <p>{text("grading.newAttempt")}</p>}
      {grade !== null && (
        <div className="grade-theirs stack-tight">
          <p className="faint">
            {text("grading.theirs", { name: grade.gradedBy.name })}, <DateTime at={grade.gradedAt} />
          </p>
          <p className="number">
            {text("grading.pointsOf", { points: pointsText(grade.points), max: pointsText(grade.pointsMax) })}
          </p>
          {grade.feedback !== "" && <Markdown source={grade.feedback} />}
        </div>
      )}
      <div className="row">
        <Button onPress={onKeepMine}>{text("grading.keepMine")}</Button>
        <Button onPress={onTakeTheirs}>{text("grading.takeTheirs")}</Button>
      </div>
    </Notice>
  );
}
