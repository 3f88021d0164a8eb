/** Importing people: a file, then a preview of every line, then applying it. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { command } from "../client.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { UploadList } from "../materials/upload-list.tsx";
import { useUploads } from "../materials/upload-queue.ts";
import { Checkbox } from "../ui/choices.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { Badge, DateTime, PageHead } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import "./people-messages.ts";
import "./people.css";
import { PeoplePath } from "./people-path.tsx";

export function ImportPeoplePage() {
  const text = useText();
  const navigate = useNavigate();
  const [deactivateMissing, setDeactivateMissing] = useState(false);
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    const input = { uploadId, deactivateMissing };
    const { id } = await command("identity.uploadPeopleImport", input, key);
    await navigate({ to: "/people/imports/$importId", params: { importId: id } });
  });
  const isBusy = items.some(({ state }) => state !== "done" && state !== "failed");
  return (
    <>
      <PageHead
        title={text("import.title")}
        path={<PeoplePath />}
        lead={<p className="soft prose">{text("import.lead")}</p>}
      />
      <div className="stack-wide">
        <section className="section stack" aria-labelledby="file">
          <h2 id="file">{text("import.file")}</h2>
          <p className="soft prose">{text("import.columns")}</p>
          <pre className="import-example" tabIndex={0}>
            {
              "name,email,roles\nAda Lovelace,ada@school.example,student\nGrace Hopper,grace@school.example,teacher"
            }
          </pre>
          <Checkbox isSelected={deactivateMissing} onChange={setDeactivateMissing}>
            {text("import.deactivateMissing")}{" "}
            <span className="faint">{text("import.deactivateMissingHint")}</span>
          </Checkbox>
          {!isBusy && (
            <FileDrop
              label={text("import.drop")}
              hint={text("import.dropHint")}
              accept={[".csv", ".txt", ".tsv", "text/csv", "text/plain"]}
              onFiles={(files) => queue.add(files)}
            />
          )}
          <UploadList queue={queue} items={items} />
        </section>
        <EarlierImports />
      </div>
    </>
  );
}

function EarlierImports() {
  const text = useText();
  const imports = usePages("identity.listPeopleImports", {});
  return (
    <section className="section" aria-labelledby="earlier">
      <h2 id="earlier">{text("import.earlier")}</h2>
      <Paged of={imports}>
        {(items) =>
          items.length === 0 ? (
            <p className="soft">{text("import.noEarlier")}</p>
          ) : (
            <ul className="list">
              {items.map((one) => (
                <li key={one.id} className="row row-apart">
                  <span>
                    <Link to="/people/imports/$importId" params={{ importId: one.id }}>
                      {one.fileName}
                    </Link>{" "}
                    <span className="faint">
                      <DateTime at={one.madeAt} />
                    </span>
                  </span>
                  <Badge {...(one.state === "done" ? { tone: "good" as const } : {})}>
                    {text(`import.state.${one.state}`)}
                  </Badge>
                </li>
              ))}
            </ul>
          )
        }
      </Paged>
    </section>
  );
}
