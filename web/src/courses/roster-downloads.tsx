/** What can be taken away from an import of members: the report, the unknown people, and links for those it invited. */
import { useState } from "react";
import { command, read } from "../client.ts";
import { Button } from "../ui/button.tsx";
import { gatherCsv, saveCsv } from "../ui/csv-pieces.ts";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import type { RosterImport } from "./get-roster-import.tsx";

type What = "report" | "unknown" | "links";

export function RosterDownloads({ one }: { readonly one: RosterImport }) {
  const text = useText();
  const [pending, setPending] = useState<What | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { importId } = one;
  const name = one.fileName.replace(/\.[^.]*$/, "");

  function take(what: What) {
    setPending(what);
    setError(null);
    gatherCsv((cursor) =>
      what === "links"
        ? command("courses.issueRosterInvitations", { importId, ...cursor }, crypto.randomUUID())
        : read("courses.getRosterReport", {
            ...{ importId, ...cursor },
            ...(what === "unknown" ? { outcome: "unknown" as const } : {}),
          }),
    )
      .then((csv) => saveCsv(`${name}-${what}.csv`, csv), setError)
      .finally(() => setPending(null));
  }

  const offered: readonly What[] = [
    "report",
    ...(one.unknown > 0 ? (["unknown"] as const) : []),
    ...(one.mayInvite && one.invited > 0 ? (["links"] as const) : []),
  ];
  return (
    <div className="stack-tight">
      <div className="row">
        {offered.map((what) => (
          <Button key={what} icon="download" isPending={pending === what} onPress={() => take(what)}>
            {text(`roster.take.${what}`)}
          </Button>
        ))}
      </div>
      <ErrorNotice error={error} />
    </div>
  );
}
