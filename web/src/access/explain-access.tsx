/** "Who can see this?": everybody in the course with what they may do, and for one person by which rule and why. */
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Badge, EmptyState, PageHead } from "../ui/pieces.tsx";
import { useSettled } from "../ui/settled.ts";
import { Table } from "../ui/table.tsx";
import { type MessageKey, useText } from "../ui/text.ts";
import "./access.css";
import { ExplanationView } from "./explanation.tsx";
import "./messages.ts";
import { type AccessAddress, accessAddress, thingAt } from "./thing-address.ts";

export function AccessPage() {
  const text = useText();
  const { roles } = useMe();
  const address = accessAddress(useSearch({ strict: false }));
  const { kind, id, person } = address;
  return (
    <>
      <PageHead title={text("access.title")} lead={<p className="soft prose">{text("access.lead")}</p>} />
      <div className="stack-wide">
        <div className="access-fields">
          <ThingField address={address} />
          {id !== undefined && roles.includes("admin") && <PersonField address={address} />}
        </div>
        {kind === undefined || id === undefined ? (
          <EmptyState icon="search" title={text("access.start")} hint={text("access.startHint")} />
        ) : person === undefined ? (
          <Everybody kind={kind} id={id} />
        ) : (
          <OnePerson kind={kind} id={id} person={person} />
        )}
      </div>
    </>
  );
}

function ThingField({ address }: { readonly address: AccessAddress }) {
  const text = useText();
  const navigate = useNavigate();
  const [pasted, setPasted] = useState("");
  const thing = thingAt(pasted);

  function look(value: string) {
    setPasted(value);
    const found = thingAt(value);
    if (found === null) return;
    const kept = address.person === undefined ? {} : { person: address.person };
    void navigate({ to: "/access", search: { ...found, ...kept } });
    setPasted("");
  }
  return (
    <search className="prose">
      <TextField
        label={text("access.thing")}
        hint={pasted !== "" && thing === null ? text("access.notAThing") : text("access.thingHint")}
        type="search"
        autoComplete="off"
        spellCheck="false"
        value={pasted}
        onChange={look}
      />
    </search>
  );
}

/** Anybody of the school, for admins. */
function PersonField({ address }: { readonly address: AccessAddress }) {
  const text = useText();
  const navigate = useNavigate();
  const [wanted, setWanted] = useState("");
  const search = useSettled(wanted.trim());
  const people = useRead("identity.listPeople", { search, limit: 6 }, { enabled: search !== "" });
  return (
    <search className="stack-tight prose">
      <TextField
        label={text("access.personSearch")}
        hint={text("access.personHint")}
        type="search"
        autoComplete="off"
        value={wanted}
        onChange={setWanted}
      />
      {search !== "" && people.data !== undefined && (
        <div className="row" role="status">
          {people.data.items.length === 0 && <p className="soft">{text("access.none")}</p>}
          {people.data.items.map(({ id, name }) => (
            <Button
              key={id}
              onPress={() => {
                setWanted("");
                void navigate({ to: "/access", search: { ...address, person: id } });
              }}
            >
              {name}
            </Button>
          ))}
        </div>
      )}
    </search>
  );
}

type Asked = Required<Omit<AccessAddress, "person">>;

/** What is asked about, as its owner calls it. */
function ThingTitle({ kind, id, person }: Asked & { readonly person: string }) {
  const text = useText();
  const thing = useRead("access.explainAccess", { kind, id, personId: person }).data?.thing;
  if (thing == null) return null;
  return (
    <p>
      {text(`access.kind.${thing.kind}` as MessageKey)}: <strong>{thing.title}</strong>
    </p>
  );
}

function Everybody({ kind, id }: Asked) {
  const text = useText();
  const me = useMe();
  const people = usePages("access.listAccess", { kind, id });
  return (
    <section className="section">
      <h2>{text("access.people")}</h2>
      <ThingTitle kind={kind} id={id} person={me.person.id} />
      <p className="soft">{text("access.peopleLead")}</p>
      <Paged of={people}>
        {(lines) =>
          lines.length === 0 ? (
            <EmptyState icon="people" title={text("access.nobody")} hint={text("access.nobodyHint")} />
          ) : (
            <Table
              caption={text("access.people")}
              rows={lines}
              keyOf={({ personId }) => personId}
              columns={[
                {
                  title: text("access.person"),
                  isLead: true,
                  cell: ({ name, personId }) => (
                    <Link to="/access" search={{ kind, id, person: personId }} className="item-title">
                      {name}
                    </Link>
                  ),
                },
                {
                  title: text("access.sees"),
                  cell: ({ sees }) => (
                    <Badge tone={sees ? "good" : "warm"}>{text(sees ? "access.yes" : "access.no")}</Badge>
                  ),
                },
                {
                  title: text("access.may"),
                  cell: ({ may, reason }) =>
                    may.length === 0 ? (
                      <span className="soft">{reason}</span>
                    ) : (
                      may.map((act) => text(`access.act.${act}`)).join(" · ")
                    ),
                },
              ]}
            />
          )
        }
      </Paged>
    </section>
  );
}

function OnePerson({ kind, id, person }: Asked & { readonly person: string }) {
  const text = useText();
  const explanation = useRead("access.explainAccess", { kind, id, personId: person });
  return (
    <>
      <p>
        <Link to="/access" search={{ kind, id }}>
          {text("access.everybody")}
        </Link>
      </p>
      <Loaded of={explanation}>{(found) => <ExplanationView explanation={found} />}</Loaded>
    </>
  );
}
