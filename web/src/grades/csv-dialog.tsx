/** Marks as CSV: out for a spreadsheet, in with a preview, and the imports so far. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { command, read } from "../client.ts";
import { IfOpen, useIsOpen } from "../courses/if-open.tsx";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { UploadList } from "../materials/upload-list.tsx";
import { useUploads } from "../materials/upload-queue.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { saveCsv } from "../ui/csv-pieces.ts";
import { Dialog } from "../ui/dialog.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

const forms = {
  plain: { separator: "comma", decimal: "point" },
  excel: { separator: "semicolon", decimal: "comma" },
  tab: { separator: "tab", decimal: "point" },
} as const;
type Form = keyof typeof forms;

export function CsvDialog({
  courseId,
  onClose,
}: {
  readonly courseId: string;
  readonly onClose: () => void;
}) {
  const text = useText();
  const navigate = useNavigate();
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    const { importId } = await command("grades.uploadGradeImport", { courseId, uploadId }, key);
    await navigate({ to: "/courses/$courseId/grades/imports/$importId", params: { courseId, importId } });
  });
  const isBusy = items.some(({ state }) => state !== "done" && state !== "failed");
  return (
    <Dialog title={text("csv.title")} isOpen={true} onClose={onClose}>
      <Export courseId={courseId} />
      <IfOpen>
        <section className="section" aria-labelledby="csv-in">
          <h3 id="csv-in">{text("csv.in")}</h3>
          <p className="soft">{text("csv.inText")}</p>
          {!isBusy && (
            <FileDrop
              label={text("csv.drop")}
              hint={text("csv.dropHint")}
              accept={[".csv", ".txt", ".tsv", "text/csv", "text/plain"]}
              onFiles={(files) => queue.add(files)}
            />
          )}
          <UploadList queue={queue} items={items} />
        </section>
      </IfOpen>
      <Earlier courseId={courseId} />
    </Dialog>
  );
}

function Export({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const [form, setForm] = useState<Form>("plain");
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  function save() {
    setPending(true);
    setError(null);
    read("grades.exportGradebook", { courseId, ...forms[form] })
      .then((file) => saveCsv(file.fileName, file.text), setError)
      .finally(() => setPending(false));
  }
  return (
    <section className="section" aria-labelledby="csv-out">
      <h3 id="csv-out">{text("csv.out")}</h3>
      <p className="soft">
        {text("csv.outText")} {isOpenCourse && text("csv.outBack")}
      </p>
      <div className="progress-filters">
        <Select
          label={text("csv.form")}
          options={(["plain", "excel", "tab"] as const).map((value) => ({
            value,
            label: text(`csv.form.${value}`),
          }))}
          value={form}
          onChange={setForm}
        />
        <Button icon="download" isPending={isPending} onPress={save}>
          {text("csv.save")}
        </Button>
      </div>
      <ErrorNotice error={error} />
    </section>
  );
}

function Earlier({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const imports = usePages("grades.listGradeImports", { courseId });
  return (
    <Paged of={imports}>
      {(items) =>
        items.length > 0 && (
          <section className="section" aria-labelledby="csv-earlier">
            <h3 id="csv-earlier">{text("csv.earlier")}</h3>
            <ul className="list">
              {items.map(({ importId, fileName, madeAt, madeBy, state }) => (
                <li key={importId}>
                  <div className="grow">
                    <Link
                      className="item-title"
                      to="/courses/$courseId/grades/imports/$importId"
                      params={{ courseId, importId }}
                    >
                      {fileName}
                    </Link>
                    <p className="faint">
                      {madeBy.name} · <DateTime at={madeAt} />
                    </p>
                  </div>
                  <Badge {...(state === "done" ? { tone: "good" as const } : {})}>
                    {text(`csv.state.${state}`)}
                  </Badge>
                </li>
              ))}
            </ul>
          </section>
        )
      }
    </Paged>
  );
}
