/** The rubric of an assignment: writing it, and seeing whose grade a change moves before it holds. */
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { CallError } from "../client.ts";
import type { ReadOutput } from "../contract.ts";
import { useIsOpen } from "../courses/if-open.tsx";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { CopyRubricDialog } from "./copy-rubric.tsx";
import { CriterionFields } from "./criterion-fields.tsx";
import { pointsText } from "./points-text.ts";
import { bestOf, type CriterionDraft, draftsOf, inputOf, newCriterion } from "./rubric-draft.ts";
import { RubricProposal } from "./rubric-proposal.tsx";
import "./grading-messages.ts";
import "./grading.css";

const criteriaMax = 30;

export function RubricPage() {
  const { courseId = "", assignmentId = "" } = useParams({ strict: false });
  const text = useText();
  const assignment = useRead("assignments.getAssignment", { assignmentId });
  const rubric = useRead("assignments.getRubric", { assignmentId });
  const isOpenCourse = useIsOpen();
  const [isCopying, setCopying] = useState(false);
  const title = assignment.data?.title ?? "…";
  return (
    <>
      <PageHead
        title={text("rubric.title")}
        documentTitle={`${text("rubric.title")} · ${title}`}
        path={
          <nav aria-label={text("grading.path")}>
            <ol className="crumbs">
              <li>
                <PlaceLink href={places.assignment(courseId, assignmentId)}>{title}</PlaceLink>
              </li>
              <li>
                <PlaceLink href={places.submissions(courseId, assignmentId)}>
                  {text("grading.submissions")}
                </PlaceLink>
              </li>
            </ol>
          </nav>
        }
        lead={<p className="soft">{text("rubric.lead")}</p>}
        actions={isOpenCourse && <Button onPress={() => setCopying(true)}>{text("rubric.copyOpen")}</Button>}
      />
      <Loaded of={rubric}>
        {(found) => (
          <div className="stack-wide">
            {isOpenCourse && found.proposal !== null && (
              <RubricProposal assignmentId={assignmentId} proposal={found.proposal} />
            )}
            <Loaded of={assignment}>
              {({ pointsMax }) =>
                !isOpenCourse && found.rubric === null ? (
                  <p className="soft">{text("rubric.none")}</p>
                ) : (
                  <fieldset className="bare" disabled={!isOpenCourse}>
                    <Editor
                      key={found.version}
                      assignmentId={assignmentId}
                      found={found}
                      pointsMax={pointsMax}
                      onStale={() => void rubric.refetch()}
                    />
                  </fieldset>
                )
              }
            </Loaded>
          </div>
        )}
      </Loaded>
      {isCopying && rubric.data !== undefined && (
        <CopyRubricDialog
          courseId={courseId}
          assignmentId={assignmentId}
          version={rubric.data.version}
          onClose={() => setCopying(false)}
        />
      )}
    </>
  );
}

interface EditorProps {
  readonly assignmentId: string;
  readonly found: ReadOutput<"assignments.getRubric">;
  readonly pointsMax: number;
  readonly onStale: () => void;
}

function Editor({ assignmentId, found, pointsMax, onStale }: EditorProps) {
  const text = useText();
  const save = useCommand("assignments.setRubric");
  const shown = found.proposal ?? found.rubric;
  const [criteria, setCriteria] = useState<readonly CriterionDraft[]>(() =>
    shown === null ? [newCriterion()] : draftsOf(shown),
  );
  const [takesPoints, setTakes] = useState(false);
  const best = bestOf(criteria);
  const isStale = save.error instanceof CallError && save.error.code === "stale_version";

  function submit() {
    void save
      .run({ assignmentId, version: found.version, criteria: inputOf(criteria), takesPoints })
      .then(({ state }) => toast(text(state === "current" ? "rubric.saved" : "rubric.proposed")))
      .catch(() => undefined);
  }

  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {criteria.map((criterion, at) => (
        <CriterionFields
          key={criterion.key}
          criterion={criterion}
          number={at + 1}
          onChange={(next) => setCriteria(criteria.map((each) => (each.key === next.key ? next : each)))}
          onRemove={() => setCriteria(criteria.filter(({ key }) => key !== criterion.key))}
        />
      ))}
      <div>
        <Button
          icon="plus"
          isDisabled={criteria.length >= criteriaMax}
          onPress={() => setCriteria([...criteria, newCriterion()])}
        >
          {text("rubric.addCriterion")}
        </Button>
      </div>
      {criteria.length > 0 && (
        <p role="status" className={best === pointsMax ? "soft" : ""}>
          {text("rubric.sum", { best: pointsText(best), max: pointsText(pointsMax) })}
        </p>
      )}
      {criteria.length > 0 && best !== pointsMax && (
        <Checkbox isSelected={takesPoints} onChange={setTakes}>
          {text("rubric.takesPoints", { best: pointsText(best) })}
        </Checkbox>
      )}
      {isStale ? (
        <Notice tone="warm" title={text("rubric.stale")}>
          <div>
            <Button onPress={onStale}>{text("rubric.reload")}</Button>
          </div>
        </Notice>
      ) : (
        <ErrorNotice error={save.error} />
      )}
      <div className="row">
        <Button type="submit" look="primary" isPending={save.isPending}>
          {text(criteria.length === 0 ? "rubric.saveNone" : "rubric.save")}
        </Button>
      </div>
    </form>
  );
}
