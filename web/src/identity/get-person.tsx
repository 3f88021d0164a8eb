/** One person, for an admin: correcting who they are, helping them back in, shutting the account. */
import { Link, useParams } from "@tanstack/react-router";
import type { ReadOutput } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { useMe } from "../frame/me.ts";
import { PersonLinks } from "../observers/person-links.tsx";
import { Notice } from "../ui/notice.tsx";
import { Badge, DateTime, PageHead } from "../ui/pieces.tsx";
import { type MessageKey, useText } from "../ui/text.ts";
import { PersonDataSection } from "./erase-person.tsx";
import "./messages.ts";
import "./people.css";
import "./people-messages.ts";
import { PersonAccess } from "./person-access.tsx";
import { UpdatePersonForm } from "./update-person.tsx";

export type PersonDetails = ReadOutput<"identity.getPerson">;

export function PersonPage() {
  const { personId = "" } = useParams({ strict: false });
  const person = useRead("identity.getPerson", { personId });
  return <Loaded of={person}>{(details) => <PersonView key={details.id} person={details} />}</Loaded>;
}

function PersonView({ person }: { readonly person: PersonDetails }) {
  const text = useText();
  const me = useMe();
  return (
    <>
      <PageHead
        title={person.name}
        path={
          <nav aria-label={text("person.path")}>
            <ol className="crumbs">
              <li>
                <Link to="/people">{text("person.title")}</Link>
              </li>
            </ol>
          </nav>
        }
        lead={
          <p>
            <StateBadge person={person} />
          </p>
        }
      />
      <div className="stack-wide">
        {person.mergedIntoId !== null && (
          <Notice tone="warm" title={text("person.mergedTitle")}>
            <p>{text("person.mergedText", { email: person.email })}</p>
            <p>
              <Link to="/people/$personId" params={{ personId: person.mergedIntoId }}>
                {text("person.toKept")}
              </Link>
            </p>
          </Notice>
        )}
        {person.pendingEmail !== null && (
          <Notice tone="warm" title={text("person.pendingTitle")}>
            <p>{text("person.pendingText", { email: person.pendingEmail, old: person.email })}</p>
          </Notice>
        )}
        {person.mergedIntoId === null && (
          <>
            <section className="section" aria-labelledby="details">
              <h2 id="details">{text("person.details")}</h2>
              <div className="card prose">
                <UpdatePersonForm key={person.version} person={person} />
              </div>
            </section>
            <PersonAccess person={person} isMe={person.id === me.person.id} />
            <PersonLinks person={person} />
          </>
        )}
        <p className="row">
          <Link to="/audit" search={{ actor: `person:${person.id}` }}>
            {text("person.didWhat")}
          </Link>
          <Link to="/audit" search={{ about: person.id }}>
            {text("person.doneWith")}
          </Link>
          <Link to="/access" search={{ person: person.id }}>
            {text("person.seesWhat")}
          </Link>
        </p>
        <Mails person={person} />
        <PersonDataSection person={person} isMe={person.id === me.person.id} />
      </div>
    </>
  );
}

function StateBadge({ person }: { readonly person: PersonDetails }) {
  const text = useText();
  if (!person.active) return <Badge tone="danger">{text("person.state.inactive")}</Badge>;
  return person.hasJoined ? (
    <Badge tone="good">{text("person.state.joined")}</Badge>
  ) : (
    <Badge tone="warm">{text("person.state.invited")}</Badge>
  );
}

const mailKinds: readonly string[] = [
  "invitation",
  "password_reset",
  "password_changed",
  "confirm_address",
  "address_changed",
];

function Mails({ person }: { readonly person: PersonDetails }) {
  const text = useText();
  const nameOf = (kind: string) =>
    text(`person.mail.${mailKinds.includes(kind) ? kind : "message"}` as MessageKey);
  return (
    <section className="section" aria-labelledby="mails">
      <h2 id="mails">{text("person.mails")}</h2>
      {person.mails.length === 0 ? (
        <p className="soft">{text("person.noMails")}</p>
      ) : (
        <ul className="list">
          {person.mails.map((mail) => (
            <li key={`${mail.kind} ${mail.madeAt}`}>
              <div className="grow stack-tight">
                <span className="row row-apart">
                  <span>
                    {nameOf(mail.kind)}{" "}
                    <span className="faint">
                      <DateTime at={mail.madeAt} />
                    </span>
                  </span>
                  {mail.sentAt !== null ? (
                    <Badge tone="good">{text("person.mailSent")}</Badge>
                  ) : mail.failedAt !== null ? (
                    <Badge tone="danger">{text("person.mailFailed")}</Badge>
                  ) : (
                    <Badge>{text("person.mailWaits")}</Badge>
                  )}
                </span>
                {mail.failedAt !== null && mail.reason !== null && (
                  <span className="soft">{mail.reason}</span>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
