/** Importing a course's members: a file, then a preview of every line, then applying it. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { command } from "../client.ts";
import { usePages, useRead } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { UploadList } from "../materials/upload-list.tsx";
import { useUploads } from "../materials/upload-queue.ts";
import { Checkbox, Select } from "../ui/choices.tsx";
import { FileDrop } from "../ui/file-drop.tsx";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { useCourse } from "./course-context.ts";
import { useIsOpen } from "./if-open.tsx";
import "./course-pages.css";
import "./messages.ts";

const none = "none";

export function ImportRosterPage() {
  const text = useText();
  const { courseId } = useCourse();
  const isOpenCourse = useIsOpen();
  return (
    <div className="stack-wide">
      <Link to="/courses/$courseId/people" params={{ courseId }}>
        {text("roster.back")}
      </Link>
      {isOpenCourse ? (
        <NewImport courseId={courseId} />
      ) : (
        <p className="soft prose">{text("roster.archived")}</p>
      )}
      <EarlierImports courseId={courseId} />
    </div>
  );
}

function NewImport({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const navigate = useNavigate();
  const sets = useRead("courses.listGroupSets", { courseId });
  const [removeMissing, setRemoveMissing] = useState(false);
  const [groupSetId, setGroupSetId] = useState(none);
  const { queue, items } = useUploads(async (uploadId, _file, key) => {
    const chosen = groupSetId === none ? {} : { groupSetId };
    const { importId } = await command(
      "courses.uploadRoster",
      { courseId, uploadId, removeMissing, ...chosen },
      key,
    );
    await navigate({ to: "/courses/$courseId/people/imports/$importId", params: { courseId, importId } });
  });
  const isBusy = items.some(({ state }) => state !== "done" && state !== "failed");
  const groupSets = sets.data?.items ?? [];
  return (
    <section className="section stack" aria-labelledby="file">
      <h2 id="file">{text("roster.title")}</h2>
      <p className="soft prose">{text("roster.columns")}</p>
      <pre className="roster-example" tabIndex={0}>
        {
          "email,name,role,group\nada@school.example,Ada Lovelace,student,Group 1\ngrace@school.example,Grace Hopper,assistant,"
        }
      </pre>
      {groupSets.length > 0 && (
        <Select
          label={text("roster.groupSet")}
          options={[
            { value: none, label: text("roster.noGroupSet") },
            ...groupSets.map((set) => ({ value: set.groupSetId, label: set.name })),
          ]}
          value={groupSetId}
          onChange={setGroupSetId}
        />
      )}
      <Checkbox isSelected={removeMissing} onChange={setRemoveMissing}>
        {text("roster.removeMissing")} <span className="faint">{text("roster.removeMissingHint")}</span>
      </Checkbox>
      {!isBusy && (
        <FileDrop
          label={text("roster.drop")}
          hint={text("roster.dropHint")}
          accept={[".csv", ".txt", ".tsv", "text/csv", "text/plain"]}
          onFiles={(files) => queue.add(files)}
        />
      )}
      <UploadList queue={queue} items={items} />
    </section>
  );
}

function EarlierImports({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const imports = usePages("courses.listRosterImports", { courseId });
  return (
    <section className="section" aria-labelledby="earlier">
      <h2 id="earlier">{text("roster.earlier")}</h2>
      <Paged of={imports}>
        {(items) =>
          items.length === 0 ? (
            <p className="soft">{text("roster.noEarlier")}</p>
          ) : (
            <ul className="list">
              {items.map(({ importId, fileName, madeAt, state }) => (
                <li key={importId} className="row row-apart">
                  <span>
                    <Link to="/courses/$courseId/people/imports/$importId" params={{ courseId, importId }}>
                      {fileName}
                    </Link>{" "}
                    <span className="faint">
                      <DateTime at={madeAt} />
                    </span>
                  </span>
                  <Badge {...(state === "done" ? { tone: "good" as const } : {})}>
                    {text(`roster.state.${state}`)}
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
