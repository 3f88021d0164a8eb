/** What can be taken away from an import: the report, and the links of those who were added. */
import { useState } from "react";
import { command, read } from "../client.ts";
import { Button } from "../ui/button.tsx";
import { type CsvPiece, gatherCsv, saveCsv } from "../ui/csv-pieces.ts";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import type { PeopleImport } from "./get-people-import.tsx";

export function ImportDownloads({ one }: { readonly one: PeopleImport }) {
  const text = useText();
  const [pending, setPending] = useState<"report" | "links" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const name = one.fileName.replace(/\.[^.]*$/, "");

  function take(what: "report" | "links", piece: (cursor: object) => Promise<CsvPiece>) {
    setPending(what);
    setError(null);
    gatherCsv(piece)
      .then((csv) => saveCsv(`${name}-${what}.csv`, csv), setError)
      .finally(() => setPending(null));
  }

  return (
    <div className="stack-tight">
      <div className="row">
        <Button
          icon="download"
          isPending={pending === "report"}
          onPress={() =>
            take("report", (cursor) =>
              read("identity.getPeopleImportReport", { importId: one.id, ...cursor }),
            )
          }
        >
          {text("import.report")}
        </Button>
        {one.state === "done" && one.adds > 0 && (
          <Button
            icon="key"
            isPending={pending === "links"}
            onPress={() =>
              take("links", (cursor) =>
                command(
                  "identity.issueImportInvitations",
                  { importId: one.id, ...cursor },
                  crypto.randomUUID(),
                ),
              )
            }
          >
            {text("import.links")}
          </Button>
        )}
      </div>
      {one.state === "done" && one.adds > 0 && <p className="faint prose">{text("import.linksHint")}</p>}
      <ErrorNotice error={error} />
    </div>
  );
}
