/** Points or levels and feedback for one student's work; what is typed is never lost, also when two grade at once. */

import { type KeyboardEvent, useState } from "react";
import { CallError } from "../client.ts";
import type { CommandInput, SubmissionToGrade, SubmittedWork } from "../contract.ts";
import { IfOpen, useIsOpen } from "../courses/if-open.tsx";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { Icon } from "../ui/icon.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { CommentLibrary } from "./comment-library.tsx";
import { dateTimeIn } from "./course-dates.ts";
import { GradeConflict } from "./grade-conflict.tsx";
import { type GradeDraft, pointsOf, savedGrade, useGradeDraft } from "./grade-draft.ts";
import { adjustmentsOf, MemberPoints, memberPointsOf } from "./member-points.tsx";
import { pointsText } from "./points-text.ts";
import { openCriteria, RubricLevels } from "./rubric-levels.tsx";
import "./grading-messages.ts";

export interface GradeFormProps {
  readonly found: SubmissionToGrade;
  /** The signed-in person, whose mark is meant where two mark. */
  readonly graderId: string;
  /** Reads the submission anew, after somebody else has changed it. */
  readonly onStale: () => Promise<unknown>;
  /** Goes on to the next student; null at the last one. */
  readonly onNext: (() => void) | null;
}

export function GradeForm({ found, graderId, onStale, onNext }: GradeFormProps) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const { work, rubric, grading, marks, marksGiven } = found;
  const isShared = grading.marking !== "single";
  const isAgreeing = isShared && marksGiven === 2;
  const own = marks.find(({ marker }) => marker.personId === graderId);
  const saved =
    isShared && work.grade === null && own !== undefined ? markDraft(own, work) : savedGrade(work);
  const { draft: shown, isDirty, change, settle } = useGradeDraft(work, saved);
  const give = useCommand("assignments.gradeSubmission");
  const agree = useCommand("assignments.agreeGrade");
  const save = isAgreeing ? agree : give;
  const [isTold, setTold] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const [waives, setWaives] = useState(false);
  const { memberPoints } = found;
  const [typedPoints, setTypedPoints] = useState(() =>
    memberPointsOf(memberPoints, work.grade?.rawPoints ?? null),
  );
  const max = found.assignment.pointsMax;
  const isStale = isDirty && shown.version !== work.version;
  const isRefusedAsStale = save.error instanceof CallError && save.error.code === "stale_version";
  const missing = rubric === null ? [] : openCriteria(rubric, shown.levels);

  function type(part: Partial<GradeDraft>) {
    setTold(false);
    setWrong(false);
    const { version, attempt } = isDirty ? shown : work;
    change({ version, attempt, ...part });
  }

  async function submit(goOn: boolean) {
    const points = pointsOf(shown.points, max);
    const adjustments = adjustmentsOf(typedPoints, max);
    if (adjustments === null) return;
    if (rubric === null ? points === null : missing.length > 0) {
      setWrong(true);
      return;
    }
    const { submissionId, studentId } = work;
    const input: CommandInput<"assignments.gradeSubmission"> = {
      submissionId,
      // The server refuses a mark that was meant for somebody else.
      studentId,
      feedback: shown.feedback,
      reason: shown.reason,
      waivesLateness: waives,
      ...(adjustments.length === 0 ? {} : { adjustments }),
      version: isDirty ? shown.version : work.version,
      ...(rubric === null ? { points: points ?? 0 } : { levels: levelsOf(shown) }),
    };
    try {
      const after = await save.run(input);
      settle({ ...shown, reason: "", version: after.version, attempt: after.attempt });
      setTold(true);
      if (goOn) onNext?.();
    } catch (error) {
      if (error instanceof CallError && error.code === "stale_version") await onStale();
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void submit(event.shiftKey && onNext !== null);
  }

  if (found.isWithdrawn) return <Notice tone="warm" title={text("grading.withdrawn")} />;
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
        <GradeConflict
          work={work}
          seenAttempt={shown.attempt}
          isShared={isShared}
          onKeepMine={() => change({ version: work.version, attempt: work.attempt })}
          onTakeTheirs={() => {
            settle(saved);
            setWaives(false);
            setTypedPoints(memberPointsOf(memberPoints, work.grade?.rawPoints ?? null));
          }}
        />
      )}
      {!isRefusedAsStale && <ErrorNotice error={save.error} />}
      {isAgreeing && <Notice title={text("grading.agreeHint")} />}
      {rubric === null ? (
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
      ) : (
        <>
          <RubricLevels rubric={rubric} chosen={shown.levels} onChange={(levels) => type({ levels })} />
          {isWrong && missing.length > 0 && (
            <Notice tone="danger" title={text("grading.levelsOpen", { criteria: missing.join(", ") })} />
          )}
        </>
      )}
      {memberPoints.length > 1 && !(isShared && !isAgreeing) && (
        <MemberPoints
          members={memberPoints}
          pointsMax={max}
          typed={typedPoints}
          onChange={(next) => {
            setTypedPoints(next);
            type({});
          }}
        />
      )}
      {found.latePercent > 0 && (
        <div className="stack-tight">
          <p className="soft">{text("grading.lateCosts", { percent: waives ? 0 : found.latePercent })}</p>
          <Checkbox isSelected={waives} onChange={setWaives}>
            {text("grading.waive")}
          </Checkbox>
        </div>
      )}
      <TextField
        label={text("grading.feedback")}
        {...(isOpenCourse ? { hint: text("grading.feedbackHint") } : {})}
        rows={6}
        maxLength={10_000}
        value={shown.feedback}
        onChange={(feedback) => type({ feedback })}
      />
      <IfOpen>
        <CommentLibrary
          feedback={shown.feedback}
          onAdd={(comment) =>
            type({ feedback: shown.feedback === "" ? comment : `${shown.feedback}\n\n${comment}` })
          }
        />
      </IfOpen>
      {work.grade !== null && isDirty && (
        <TextField
          label={text("grading.reason")}
          hint={text("grading.reasonHint")}
          maxLength={2_000}
          value={shown.reason}
          onChange={(reason) => type({ reason })}
        />
      )}
      <div className="row">
        <Button
          type="submit"
          look={onNext ? "plain" : "primary"}
          isPending={save.isPending}
          isDisabled={isStale || !isOpenCourse}
        >
          {text(isAgreeing ? "grading.agree" : isShared ? "grading.saveMark" : "grading.save")}
        </Button>
        {onNext && (
          <Button
            look="primary"
            isDisabled={isStale || !isOpenCourse || save.isPending}
            onPress={() => void submit(true)}
          >
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
      {work.grade !== null && <GivenGrade grade={work.grade} timeZone={found.assignment.timeZone} />}
      <p className="faint">
        {isOpenCourse && text("grading.keys")} {text("grading.studentKeys")}{" "}
        {isOpenCourse && rubric !== null && text("grading.rubricKeys")}
      </p>
    </form>
  );
}

type Given = NonNullable<SubmittedWork["grade"]>;

function GivenGrade({ grade, timeZone }: { readonly grade: Given; readonly timeZone: string }) {
  const text = useText();
  return (
    <p className="faint">
      {text("grading.gradedBy", { name: grade.gradedBy.name })}, {dateTimeIn(grade.gradedAt, timeZone)}
      {grade.latePercent > 0 &&
        ` · ${text("grading.reduced", { points: pointsText(grade.points), percent: grade.latePercent })}`}
      {grade.releasedAt !== null && ` · ${text("grading.visible")}`}
    </p>
  );
}

function levelsOf({ levels }: GradeDraft) {
  return Object.entries(levels).map(([criterionId, { levelId, note }]) => ({ criterionId, levelId, note }));
}

function markDraft(
  mark: SubmissionToGrade["marks"][number],
  { version, attempt }: SubmittedWork,
): GradeDraft {
  return {
    points: String(mark.points),
    levels: Object.fromEntries(
      mark.levels.map(({ criterionId, levelId, note }) => [criterionId, { levelId, note }]),
    ),
    feedback: mark.feedback,
    reason: "",
    version,
    attempt,
  };
}
