/** The nodes as rows: what each is, how far it is behind, its disk, and handing over or taking out. */
import { useState } from "react";
import type { ClusterState } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { Badge, bytesText } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { majorityOf } from "./majority.ts";

type Node = ClusterState["nodes"][number];
type Step = { readonly kind: "transfer" | "remove"; readonly node: Node };

export function NodeTable({ state }: { readonly state: ClusterState }) {
  const text = useText();
  const [step, setStep] = useState<Step | null>(null);
  const transfer = useCommand("cluster.transferLeadership");
  const remove = useCommand("cluster.removeNode");
  const columns: readonly Column<Node>[] = [
    { title: text("cluster.node"), isLead: true, cell: (node) => <NameCell node={node} /> },
    { title: text("cluster.role"), cell: (node) => <RoleCell node={node} /> },
    { title: text("cluster.lag"), cell: (node) => <LagCell node={node} /> },
    { title: text("cluster.disk"), cell: (node) => <DiskCell node={node} /> },
    { title: text("cluster.version"), cell: ({ version }) => version ?? text("cluster.diskUnknown") },
    ...(state.kind === "group"
      ? [
          {
            title: text("cluster.actions"),
            align: "end" as const,
            cell: (node: Node) => <ActionsCell node={node} onStep={setStep} />,
          },
        ]
      : []),
  ];

  async function take({ kind, node }: Step, key: string) {
    await (kind === "transfer" ? transfer : remove).run({ nodeId: node.id }, key);
    toast(text(`cluster.${kind}Done`, { name: node.name }));
  }

  return (
    <>
      <Table caption={text("cluster.table")} columns={columns} rows={state.nodes} keyOf={({ id }) => id} />
      {step !== null && (
        <ConfirmDialog
          title={text(`cluster.${step.kind}Title`, { name: step.node.name })}
          confirmLabel={text(`cluster.${step.kind}`)}
          cancelLabel={text("cluster.keep")}
          isDanger={step.kind === "remove"}
          isOpen
          onClose={() => setStep(null)}
          onConfirm={(key) => take(step, key)}
        >
          <p>{text(`cluster.${step.kind}Text`)}</p>
          {step.kind === "remove" && step.node.role === "voter" && (
            <SpareText nodes={state.nodes.filter(({ id }) => id !== step.node.id)} />
          )}
        </ConfirmDialog>
      )}
    </>
  );
}

function SpareText({ nodes }: { readonly nodes: readonly Node[] }) {
  const text = useText();
  const { voters, spare } = majorityOf(nodes);
  return (
    <p>
      {spare === 0 ? text("cluster.removeNoSpare") : text("cluster.removeSpare", { count: spare, voters })}
    </p>
  );
}

function NameCell({ node }: { readonly node: Node }) {
  return (
    <div className="stack-tight">
      <span className="item-title">{node.name}</span>
      <span className="faint mono">{node.httpUrl ?? node.peerAddress}</span>
      {node.trouble !== null && <p className="faint">{node.trouble}</p>}
    </div>
  );
}

function RoleCell({ node }: { readonly node: Node }) {
  const text = useText();
  if (!node.isReachable) return <Badge tone="danger">{text("cluster.unreachable")}</Badge>;
  if (node.isLeader) return <Badge tone="accent">{text("cluster.role.leader")}</Badge>;
  if (node.role === "learner") return <Badge tone="warm">{text("cluster.role.learner")}</Badge>;
  return <Badge>{text("cluster.role.voter")}</Badge>;
}

function LagCell({ node }: { readonly node: Node }) {
  const text = useText();
  if (node.isLeader) return <span className="faint">{text("cluster.lagNone")}</span>;
  if (node.progress === "snapshot") return text("cluster.lagSnapshot");
  if (node.lagEntries === null) return <span className="faint">{text("cluster.lagUnknown")}</span>;
  if (node.lagEntries === 0) return <span className="faint">{text("cluster.lagNone")}</span>;
  return <span className="number">{text("cluster.lagEntries", { count: node.lagEntries })}</span>;
}

function DiskCell({ node }: { readonly node: Node }) {
  const text = useText();
  if (node.diskFreeBytes === null || node.diskBytes === null)
    return <span className="faint">{text("cluster.diskUnknown")}</span>;
  return text("cluster.diskText", { free: bytesText(node.diskFreeBytes), all: bytesText(node.diskBytes) });
}

function ActionsCell({ node, onStep }: { readonly node: Node; readonly onStep: (step: Step) => void }) {
  const text = useText();
  return (
    <span className="row system-actions">
      {!node.isLeader && node.role === "voter" && node.isReachable && (
        <Button
          look="quiet"
          onPress={() => onStep({ kind: "transfer", node })}
          aria-label={text("cluster.transferOf", { name: node.name })}
        >
          {text("cluster.transfer")}
        </Button>
      )}
      <Button
        look="quiet"
        onPress={() => onStep({ kind: "remove", node })}
        aria-label={text("cluster.removeOf", { name: node.name })}
      >
        {text("cluster.remove")}
      </Button>
    </span>
  );
}
