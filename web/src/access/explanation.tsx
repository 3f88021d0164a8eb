/** One person and one thing: each act with its decision and rule, then the facts that were found. */
import type { ReadOutput } from "../contract.ts";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { Table } from "../ui/table.tsx";
import { type MessageKey, useText } from "../ui/text.ts";
import "./messages.ts";

type Explanation = ReadOutput<"access.explainAccess">;
type Fact = Explanation["facts"][number];

export function ExplanationView({ explanation }: { readonly explanation: Explanation }) {
  const text = useText();
  const { person, thing, acts, rules, facts } = explanation;
  return (
    <>
      <section className="section" aria-labelledby="acts">
        <h2 id="acts">{text("access.of", { name: person.name })}</h2>
        {thing !== null && (
          <p>
            {text(`access.kind.${thing.kind}` as MessageKey)}: <strong>{thing.title}</strong>
          </p>
        )}
        <p className="soft">
          {person.roles === ""
            ? text("access.noSchoolRoles")
            : text("access.schoolRoles", { roles: person.roles })}
        </p>
        <ul className="list">
          {acts.map(({ act, allowed, reason, rule, operation }) => (
            <li key={operation}>
              <div className="grow stack-tight">
                <span className="row">
                  <Badge tone={allowed ? "good" : "warm"}>{text(allowed ? "access.yes" : "access.no")}</Badge>
                  <span className="item-title">{act === null ? operation : text(`access.act.${act}`)}</span>
                </span>
                {reason !== null && <span>{reason}</span>}
                <span className="faint">{text("access.rule", { rule })}</span>
                {rules.some((each) => each.act === act) && (
                  <>
                    <span className="faint">{text("access.parts")}</span>
                    <ol>
                      {rules
                        .filter((each) => each.act === act)
                        .map((each) => (
                          <li key={each.rule}>
                            {each.rule}:{" "}
                            {each.allowed ? text("access.yes") : (each.reason ?? text("access.no"))}
                          </li>
                        ))}
                    </ol>
                  </>
                )}
              </div>
            </li>
          ))}
        </ul>
      </section>
      <section className="section">
        <h2>{text("access.facts")}</h2>
        <p className="soft">{text("access.factsLead")}</p>
        <Table<Fact>
          caption={text("access.facts")}
          rows={facts}
          keyOf={({ about, id, fact }) => `${about} ${id} ${fact}`}
          columns={[
            {
              title: text("access.factAbout"),
              isLead: true,
              cell: ({ about, title }) => `${text(`access.kind.${about}` as MessageKey)}: ${title}`,
            },
            {
              title: text("access.fact"),
              cell: ({ fact }) => text(`access.fact.${fact}` as MessageKey),
            },
            { title: text("access.found"), cell: (fact) => <Found fact={fact} /> },
          ]}
        />
      </section>
    </>
  );
}

/** The words that stand for codes; whatever else was found speaks for itself. */
const valueKeys: Readonly<Record<string, MessageKey>> = {
  yes: "access.found.yes",
  no: "access.found.no",
};
const originKeys: Readonly<Record<string, MessageKey>> = {
  creator: "access.value.creator",
  join_code: "access.value.join_code",
  instructor: "access.value.instructor",
  admin: "access.value.admin",
  pairing_code: "access.value.pairing_code",
};

function Found({ fact: { fact, found, foundAt } }: { readonly fact: Fact }) {
  const text = useText();
  if (foundAt !== null) return <DateTime at={foundAt} />;
  if (found === null) return <span className="faint">{text("access.none.found")}</span>;
  const key = fact === "enrolledBy" || fact === "observedBy" ? originKeys[found] : valueKeys[found];
  return <>{key === undefined ? found.replaceAll("_", " ") : text(key)}</>;
}
