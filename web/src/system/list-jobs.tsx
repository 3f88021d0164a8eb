/** The jobs in the background, for admins: what waits, runs or gave up, and letting it begin anew or be. */
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand, usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { Badge, DateTime, EmptyState, PageHead, type Tone } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import "./messages.ts";
import "./system.css";
import { SystemPath } from "./system-path.tsx";

type Job = ReadOutput<"system.listJobs">["items"][number];
type JobState = Job["state"];
type Filter = JobState | "all";
type Step = { readonly kind: "retry" | "cancel"; readonly job: Job };

const filters: readonly Filter[] = ["all", "parked", "waiting", "running", "done", "cancelled"];
const tones: Readonly<Record<JobState, Tone | null>> = {
  waiting: null,
  running: "accent",
  done: "good",
  parked: "danger",
  cancelled: null,
};

export function JobsPage() {
  const text = useText();
  const [filter, setFilter] = useState<Filter>("all");
  const [step, setStep] = useState<Step | null>(null);
  const jobs = usePages("system.listJobs", filter === "all" ? {} : { state: filter });
  const retry = useCommand("system.retryJob");
  const cancel = useCommand("system.cancelJob");

  async function take({ kind, job }: Step, key: string) {
    await (kind === "retry" ? retry : cancel).run({ jobId: job.id }, key);
    toast(text(`jobs.${kind}Done`));
  }

  return (
    <>
      <PageHead
        title={text("jobs.title")}
        path={<SystemPath />}
        lead={<p className="soft prose">{text("jobs.lead")}</p>}
        actions={
          <Button isPending={jobs.isRefetching} onPress={() => void jobs.refetch()}>
            {text("system.refresh")}
          </Button>
        }
      />
      <div className="system-filter">
        <Select
          label={text("jobs.state")}
          options={filters.map((value) => ({ value, label: text(`jobs.state.${value}`) }))}
          value={filter}
          onChange={setFilter}
        />
      </div>
      <Paged of={jobs}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState
              icon="clock"
              title={text("jobs.none")}
              hint={text(filter === "parked" ? "jobs.noneParked" : "jobs.noneHint")}
            />
          ) : (
            <JobsTable jobs={items} onStep={setStep} />
          )
        }
      </Paged>
      {step !== null && (
        <ConfirmDialog
          title={text(`jobs.${step.kind}Title`)}
          confirmLabel={text(`jobs.${step.kind}`)}
          cancelLabel={text("jobs.leave")}
          isDanger={step.kind === "cancel"}
          isOpen
          onClose={() => setStep(null)}
          onConfirm={(key) => take(step, key)}
        >
          <p className="mono">{step.job.name}</p>
          <p>{text(`jobs.${step.kind}Text`)}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

interface JobsTableProps {
  readonly jobs: readonly Job[];
  readonly onStep: (step: Step) => void;
}

function JobsTable({ jobs, onStep }: JobsTableProps) {
  const text = useText();
  const columns: readonly Column<Job>[] = [
    { title: text("jobs.name"), isLead: true, cell: (job) => <NameCell job={job} /> },
    { title: text("jobs.state"), cell: (job) => <StateBadge state={job.state} /> },
    {
      title: text("jobs.attempts"),
      align: "end",
      cell: (job) => <span className="number">{job.attempt}</span>,
    },
    { title: text("jobs.when"), cell: (job) => <WhenCell job={job} /> },
    {
      title: text("jobs.actions"),
      align: "end",
      cell: (job) => <ActionsCell job={job} onStep={onStep} />,
    },
  ];
  return <Table caption={text("jobs.title")} columns={columns} rows={jobs} keyOf={(job) => job.id} />;
}

function NameCell({ job }: { readonly job: Job }) {
  return (
    <div>
      <span className="mono">{job.name}</span>
      {job.reason !== null && <p className="faint preserve">{job.reason}</p>}
    </div>
  );
}

function StateBadge({ state }: { readonly state: JobState }) {
  const text = useText();
  const tone = tones[state];
  return <Badge {...(tone === null ? {} : { tone })}>{text(`jobs.state.${state}`)}</Badge>;
}

function WhenCell({ job }: { readonly job: Job }) {
  const text = useText();
  if (job.finishedAt !== null)
    return (
      <span>
        {text("jobs.finished")} <DateTime at={job.finishedAt} />
      </span>
    );
  return (
    <span>
      {text("jobs.due")} <DateTime at={job.dueAt} />
    </span>
  );
}

function ActionsCell({ job, onStep }: { readonly job: Job; readonly onStep: (step: Step) => void }) {
  const text = useText();
  const mayRetry = job.state === "parked" || job.state === "cancelled";
  const mayCancel = job.state === "parked" || job.state === "waiting" || job.state === "running";
  return (
    <span className="row system-actions">
      {mayRetry && (
        <Button
          onPress={() => onStep({ kind: "retry", job })}
          aria-label={text("jobs.retryOf", { name: job.name })}
        >
          {text("jobs.retry")}
        </Button>
      )}
      {mayCancel && (
        <Button
          look="quiet"
          onPress={() => onStep({ kind: "cancel", job })}
          aria-label={text("jobs.cancelOf", { name: job.name })}
        >
          {text("jobs.cancel")}
        </Button>
      )}
    </span>
  );
}
