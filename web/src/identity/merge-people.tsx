/** Making one account of two: find the other one, look at what both have, type the name, and watch it come over. */
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Person } from "../contract.ts";
import { usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Notice } from "../ui/notice.tsx";
import { Avatar, PageHead } from "../ui/pieces.tsx";
import { ProgressBar } from "../ui/progress.tsx";
import { useSettled } from "../ui/settled.ts";
import { useText } from "../ui/text.ts";
import { type MergeAddress, readMergeAddress } from "./merge-address.ts";
import { MergePreview } from "./merge-preview.tsx";
import "./messages.ts";
import "./people.css";
import "./people-messages.ts";

const watchEveryMs = 1_000;

export function MergePeoplePage() {
  const text = useText();
  const navigate = useNavigate();
  const { personId = "" } = useParams({ strict: false });
  const address = readMergeAddress(useSearch({ strict: false }));
  const person = useRead("identity.getPerson", { personId });
  const go = (search: MergeAddress) =>
    void navigate({ to: "/people/$personId/merge", params: { personId }, search });
  const { other, merge } = address;
  const [fromId, intoId] = address.ends === "this" ? [personId, other ?? ""] : [other ?? "", personId];
  return (
    <Loaded of={person}>
      {(one) => (
        <>
          <PageHead
            title={text("merge.title")}
            documentTitle={`${text("merge.title")} · ${one.name}`}
            path={
              <nav aria-label={text("person.path")}>
                <ol className="crumbs">
                  <li>
                    <Link to="/people">{text("person.title")}</Link>
                  </li>
                  <li>
                    <Link to="/people/$personId" params={{ personId }}>
                      {one.name}
                    </Link>
                  </li>
                </ol>
              </nav>
            }
            lead={<p className="soft prose">{text("merge.lead")}</p>}
          />
          {merge !== undefined ? (
            <MergeProgress mergeId={merge} />
          ) : other === undefined ? (
            <OtherAccount one={one} onChoose={(id) => go({ other: id })} />
          ) : (
            <MergePreview
              key={fromId}
              fromId={fromId}
              intoId={intoId}
              onSwap={() => go(address.ends === "this" ? { other } : { other, ends: "this" })}
              onAnother={() => go({})}
              onBegun={(mergeId) => go({ ...address, merge: mergeId })}
            />
          )}
        </>
      )}
    </Loaded>
  );
}

interface OtherAccountProps {
  readonly one: Pick<Person, "id" | "name">;
  readonly onChoose: (personId: string) => void;
}

/** Duplicates mostly bear the same name, so that is what is looked for first. */
function OtherAccount({ one, onChoose }: OtherAccountProps) {
  const text = useText();
  const [search, setSearch] = useState(one.name.split(" ")[0] ?? "");
  const asked = useSettled(search.trim());
  const people = usePages("identity.listPeople", asked === "" ? {} : { search: asked });
  return (
    <section className="section stack" aria-labelledby="other">
      <h2 id="other">{text("merge.other", { name: one.name })}</h2>
      <TextField
        label={text("person.search")}
        type="search"
        maxLength={200}
        value={search}
        onChange={setSearch}
      />
      <Paged of={people}>
        {(items) => {
          const others = items.filter(({ id }) => id !== one.id);
          return others.length === 0 ? (
            <p className="soft" role="status">
              {text("merge.noOther")}
            </p>
          ) : (
            <ul className="list">
              {others.map((person) => (
                <li key={person.id}>
                  <div className="person grow">
                    <Avatar name={person.name} />
                    <div>
                      <p className="item-title">{person.name}</p>
                      <p className="faint">{person.email}</p>
                    </div>
                  </div>
                  <Button
                    onPress={() => onChoose(person.id)}
                    aria-label={text("merge.chooseOf", { name: person.name, email: person.email })}
                  >
                    {text("merge.choose")}
                  </Button>
                </li>
              ))}
            </ul>
          );
        }}
      </Paged>
    </section>
  );
}

function MergeProgress({ mergeId }: { readonly mergeId: string }) {
  const text = useText();
  const merge = useRead(
    "identity.getPersonMerge",
    { mergeId },
    { everyMs: watchEveryMs, until: ({ state }) => state === "done" },
  );
  return (
    <Loaded of={merge}>
      {({ state, fromName, into, slicesDone, slicesTotal, shares }) =>
        state === "running" ? (
          <div className="card stack">
            <ProgressBar
              label={text("merge.running", { name: fromName })}
              percent={slicesTotal === 0 ? 0 : Math.round((100 * slicesDone) / slicesTotal)}
              detail=""
            />
            <p className="soft">{text("merge.leave")}</p>
          </div>
        ) : (
          <div className="stack">
            <div role="status">
              <Notice tone="good" title={text("merge.doneTitle")}>
                <p>{text("merge.done", { name: fromName, kept: into.name, email: into.email })}</p>
                <p>
                  {text("merge.report", {
                    moved: shares.reduce((sum, share) => sum + share.moved, 0),
                    ended: shares.reduce((sum, share) => sum + share.ended, 0),
                  })}
                </p>
              </Notice>
            </div>
            <p>
              <Link
                className="button"
                data-look="primary"
                to="/people/$personId"
                params={{ personId: into.id }}
              >
                {text("merge.toKept", { name: into.name })}
              </Link>
            </p>
          </div>
        )
      }
    </Loaded>
  );
}
