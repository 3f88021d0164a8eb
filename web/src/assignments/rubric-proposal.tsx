/** A changed rubric before it holds: whose grade would move, and how; then applying it, or dropping it. */
import type { Rubric } from "../contract.ts";
import { useCommand, usePages, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { pointsText } from "./points-text.ts";
import "./grading-messages.ts";

const progressEveryMs = 1_000;

export function RubricProposal({
  assignmentId,
  proposal,
}: {
  readonly assignmentId: string;
  readonly proposal: Rubric;
}) {
  return proposal.state === "applying" ? (
    <Applying assignmentId={assignmentId} proposal={proposal} />
  ) : (
    <Preview assignmentId={assignmentId} proposal={proposal} />
  );
}

interface ProposalProps {
  readonly assignmentId: string;
  readonly proposal: Rubric;
}

function Applying({ assignmentId, proposal }: ProposalProps) {
  const text = useText();
  // The page reads the same question; asking it again tells when the marks have moved.
  useRead("assignments.getRubric", { assignmentId }, { everyMs: progressEveryMs });
  const { marksDone: done, marks: total } = proposal;
  return <Notice title={text("rubric.applying", { done, total })} />;
}

function Preview({ assignmentId, proposal }: ProposalProps) {
  const text = useText();
  const preview = usePages("assignments.previewRubric", { assignmentId });
  const apply = useCommand("assignments.applyRubric");
  const discard = useCommand("assignments.discardRubric");
  const { version } = proposal;
  const head = preview.data?.pages[0];
  const moves = preview.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className="card stack" aria-labelledby="rubric-proposal">
      <h2 id="rubric-proposal">{text("rubric.previewTitle")}</h2>
      <ErrorNotice error={preview.error ?? apply.error ?? discard.error} />
      {head !== undefined && (
        <>
          <p>
            {text("rubric.moves", { count: head.moves })} {text("rubric.regrades", { count: head.regrades })}{" "}
            {text("rubric.stays", { count: head.stays })}
          </p>
          {head.releasedMoves > 0 && (
            <Notice tone="warm" title={text("rubric.releasedMoves", { count: head.releasedMoves })} />
          )}
        </>
      )}
      {moves.length > 0 && (
        <Table
          caption={text("rubric.previewTitle")}
          rows={moves}
          keyOf={({ submissionId, studentId }) => `${submissionId} ${studentId}`}
          columns={[
            { title: text("grading.student"), isLead: true, cell: ({ studentName }) => studentName },
            {
              title: text("rubric.before"),
              align: "end",
              cell: ({ pointsBefore }) => <span className="number">{pointsText(pointsBefore)}</span>,
            },
            {
              title: text("rubric.after"),
              align: "end",
              cell: ({ points }) => (
                <span className="number">
                  {points === null ? text("rubric.lookAgain") : pointsText(points)}
                </span>
              ),
            },
          ]}
        />
      )}
      {preview.hasNextPage && (
        <div>
          <Button onPress={() => void preview.fetchNextPage()}>{text("rubric.more")}</Button>
        </div>
      )}
      <div className="row">
        <Button
          isPending={discard.isPending}
          onPress={() => void discard.run({ assignmentId, version }).catch(() => undefined)}
        >
          {text("rubric.discard")}
        </Button>
        <Button
          look="primary"
          isPending={apply.isPending}
          onPress={() =>
            void apply
              .run({ assignmentId, version })
              .then(() => toast(text("rubric.applied")))
              .catch(() => undefined)
          }
        >
          {text("rubric.apply")}
        </Button>
      </div>
    </section>
  );
}
