/** The cluster, for admins: which nodes keep the school, who leads, who lags, and changing that. */
import { useState } from "react";
import type { ClusterState } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { SystemPath } from "../system/system-path.tsx";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { bytesText, DateTime, EmptyState, PageHead } from "../ui/pieces.tsx";
import { type MessageKey, useText } from "../ui/text.ts";
import { AddNodeDialog } from "./add-node.tsx";
import { majorityOf } from "./majority.ts";
import "../system/messages.ts";
import "../system/system.css";
import "./messages.ts";
import { NodeTable } from "./node-table.tsx";

/** A cluster changes by itself, so the page looks again as long as it is open. */
const lookAgainMs = 2_000;

export function ClusterPage() {
  const text = useText();
  const cluster = useRead("cluster.getCluster", {}, { everyMs: lookAgainMs });
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <PageHead
        title={text("cluster.title")}
        path={<SystemPath />}
        lead={<p className="soft prose">{text("cluster.lead")}</p>}
        actions={
          cluster.data?.kind === "group" && (
            <Button icon="plus" look="primary" onPress={() => setAdding(true)}>
              {text("cluster.add")}
            </Button>
          )
        }
      />
      <Loaded of={cluster}>
        {(state) =>
          state.kind === "database" ? (
            <EmptyState
              icon="school"
              title={text("cluster.databaseTitle")}
              hint={text("cluster.databaseText")}
            />
          ) : (
            <Group state={state} />
          )
        }
      </Loaded>
      <AddNodeDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </>
  );
}

function Group({ state }: { readonly state: ClusterState }) {
  const text = useText();
  return (
    <div className="stack-wide">
      <Health state={state} />
      <section className="section" aria-labelledby="nodes">
        <h2 id="nodes">{text("cluster.nodes")}</h2>
        <NodeTable state={state} />
      </section>
      <section className="section" aria-label={text("cluster.id")}>
        <Facts state={state} />
      </section>
    </div>
  );
}

function Health({ state }: { readonly state: ClusterState }) {
  const text = useText();
  const { voters, up, needed, spare } = majorityOf(state.nodes);
  const isWell =
    up === voters && state.nodes.every(({ isReachable, trouble }) => isReachable && trouble === null);
  if (state.kind === "alone")
    return (
      <Notice title={text("cluster.aloneTitle")}>
        <p>{text("cluster.aloneText")}</p>
      </Notice>
    );
  return (
    <div className="stack">
      {state.leaderId === null && (
        <Notice tone="danger" title={text("cluster.noLeader")}>
          <p>{text("cluster.noLeaderText", { up, voters })}</p>
        </Notice>
      )}
      {state.leaderId !== null && !isWell && (
        <Notice tone="warm" title={text("cluster.degraded")}>
          <p>{text("cluster.degradedText", { up, voters, needed })}</p>
        </Notice>
      )}
      {state.leaderId !== null && isWell && (
        <Notice tone={spare === 0 ? "warm" : "good"}>
          <p>{spare === 0 ? text("cluster.wellNoSpare") : text("cluster.well", { voters, count: spare })}</p>
        </Notice>
      )}
      {state.rebuilding !== null && (
        <Notice tone="danger">
          <p>{text("cluster.rebuilding", { reason: state.rebuilding })}</p>
        </Notice>
      )}
    </div>
  );
}

function Facts({ state }: { readonly state: ClusterState }) {
  const text = useText();
  const { lastSnapshot } = state;
  const nameOf = (id: string | null) => state.nodes.find((node) => node.id === id)?.name ?? null;
  const leader = nameOf(state.leaderId);
  return (
    <dl className="facts">
      <dt>{text("cluster.leader")}</dt>
      <dd>
        {leader === null || state.leaderSince === null
          ? (leader ?? text("cluster.noneLeads"))
          : text("cluster.leaderSince", { name: leader, duration: durationText(text, state.leaderSince) })}
      </dd>
      <dt>{text("cluster.answeredBy")}</dt>
      <dd>{nameOf(state.answeredBy) ?? state.answeredBy}</dd>
      <dt>{text("cluster.position")}</dt>
      <dd className="number">
        {text("cluster.positionText", { commit: state.commitIndex, term: state.term })}
      </dd>
      <dt>{text("cluster.snapshot")}</dt>
      <dd>
        {lastSnapshot === null ? (
          text("cluster.noSnapshot")
        ) : (
          <>
            <DateTime at={lastSnapshot.at} />
            {", "}
            {text("cluster.snapshotText", { size: bytesText(lastSnapshot.bytes), index: lastSnapshot.index })}
          </>
        )}
      </dd>
      <dt>{text("cluster.id")}</dt>
      <dd className="mono">{state.clusterId}</dd>
    </dl>
  );
}

/** How long since, in the largest unit that fits. */
function durationText(text: ReturnType<typeof useText>, since: number): string {
  const seconds = Math.max(0, Math.round((Date.now() - since) / 1_000));
  const units: readonly (readonly [MessageKey, number])[] = [
    ["cluster.duration.days", 86_400],
    ["cluster.duration.hours", 3_600],
    ["cluster.duration.minutes", 60],
  ];
  const [key, size] = units.find(([, each]) => seconds >= each) ?? ["cluster.duration.seconds" as const, 1];
  return text(key, { count: Math.floor(seconds / size) });
}
