/** What can be taken away from an import: the report, and the links of those who were added. */
import { useState } from "react";
import { command, read } from "../client.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import type { PeopleImport } from "./get-people-import.tsx";

interface Piece {
  readonly csv: string;
  readonly nextCursor: string | null;
}

export function ImportDownloads({ one }: { readonly one: PeopleImport }) {
  const text = useText();
  const [pending, setPending] = useState<"report" | "links" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const name = one.fileName.replace(/\.[^.]*$/, "");

  function take(what: "report" | "links", piece: (cursor: object) => Promise<Piece>) {
    setPending(what);
    setError(null);
    gather(piece)
      .then((csv) => save(`${name}-${what}.csv`, csv), setError)
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

/** All pieces, with a mark before them by which Excel knows UTF-8. */
async function gather(piece: (cursor: object) => Promise<Piece>): Promise<string> {
  let csv = "\uFEFF";
  let cursor: string | null = null;
  do {
    const next: Piece = await piece(cursor === null ? {} : { cursor });
    csv += next.csv;
    cursor = next.nextCursor;
  } while (cursor !== null);
  return csv;
}

function save(fileName: string, csv: string): void {
  const address = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
