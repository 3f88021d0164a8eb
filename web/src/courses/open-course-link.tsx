/** Opening a link into a course: what it leads to, then signing in where that is due, then being in the course. */
import { useEffect, useState } from "react";
import { CallError, command, read } from "../client.ts";
import type { CommandOutput } from "../contract.ts";
import { useAddressToken } from "../identity/address-token.ts";
import { Gate } from "../identity/gate.tsx";
import "../identity/gate-messages.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { dateTimeText } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { forgetLink, keepLink, keptLink } from "./kept-link.ts";
import "./messages.ts";

type Opened = CommandOutput<"courses.openCourseLink">;

interface Look {
  readonly opened: Opened;
  /** The name of who is signed in; null for nobody. */
  readonly me: string | null;
}

export function EnrolPage() {
  const inAddress = useAddressToken();
  const token = inAddress === "" ? (keptLink() ?? "") : inAddress;
  return <Enrol key={token} token={token} />;
}

function Enrol({ token }: { readonly token: string }) {
  const text = useText();
  const [look, setLook] = useState<Look | null>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    document.title = `${text("enrol.title")} · Lyceum`;
    if (token === "") return;
    Promise.all([command("courses.openCourseLink", { linkToken: token }), myName()]).then(
      ([opened, me]) => setLook({ opened, me }),
      setError,
    );
  }, [token, text]);

  return (
    <Gate school={look?.opened.schoolName ?? ""}>
      <h1>{look === null ? text("enrol.title") : look.opened.title}</h1>
      {token === "" && <Notice tone="warm">{text("enrol.noToken")}</Notice>}
      {error !== null && <Broken error={error} />}
      {look === null && error === null && token !== "" && (
        <p className="soft" role="status">
          {text("enrol.opening")}
        </p>
      )}
      {look !== null && <Offer token={token} look={look} />}
    </Gate>
  );
}

function Broken({ error }: { readonly error: unknown }) {
  const text = useText();
  const isRefused = error instanceof CallError && !error.isPassing;
  useEffect(() => {
    if (isRefused) forgetLink();
  }, [isRefused]);
  if (!isRefused) return <ErrorNotice error={error} onRetry={() => location.reload()} />;
  return (
    <>
      <Notice tone="danger" title={text("enrol.brokenTitle")}>
        <p>{error.message}</p>
      </Notice>
      <a className="button" data-look="plain" href="/">
        {text("enrol.toSchool")}
      </a>
    </>
  );
}

function Offer({ token, look }: { readonly token: string; readonly look: Look }) {
  const text = useText();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { opened, me } = look;
  const role = text(`courseRole.${opened.role}`);

  async function join() {
    setPending(true);
    setError(null);
    try {
      const { courseId } = await command("courses.joinByLink", { linkToken: token });
      forgetLink();
      location.assign(`/courses/${courseId}`);
    } catch (failure) {
      setError(failure);
      setPending(false);
    }
  }

  function signIn() {
    keepLink(token);
    location.assign(`/sign-in?next=${encodeURIComponent("/enrol")}`);
  }

  return (
    <div className="stack">
      <p className="soft">
        {opened.code} · {opened.term}
      </p>
      <p>
        {text("enrol.offer", { name: opened.invitedBy, role })}{" "}
        {text("enrol.until", { until: dateTimeText(opened.expiresAt) })}
      </p>
      <ErrorNotice error={error} />
      {me !== null ? (
        <>
          <p className="soft">{text("enrol.as", { name: me })}</p>
          <div className="row">
            <Button look="primary" isPending={isPending} onPress={() => void join()}>
              {text("enrol.join", { role })}
            </Button>
            <a className="button" data-look="plain" href="/">
              {text("enrol.notNow")}
            </a>
          </div>
        </>
      ) : (
        <>
          <div className="row">
            <Button look="primary" onPress={signIn}>
              {text("enrol.signIn")}
            </Button>
          </div>
          <p className="soft">{text("enrol.noAccount")}</p>
          <Button
            look="quiet"
            onPress={() => {
              keepLink(token);
              setError(null);
              location.assign("/forgot-password");
            }}
          >
            {text("enrol.noPassword")}
          </Button>
        </>
      )}
    </div>
  );
}

async function myName(): Promise<string | null> {
  try {
    return (await read("identity.whoAmI", {})).person.name;
  } catch (error) {
    if (error instanceof CallError && error.status === 401) return null;
    throw error;
  }
}
