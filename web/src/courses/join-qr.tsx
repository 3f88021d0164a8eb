/** The way into a course for the projector: a code for cameras, and the join code as large as it goes. */
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { CommandOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { PageTitle, Skeleton } from "../ui/pieces.tsx";
import { QrCode } from "../ui/qr-code.tsx";
import { useText } from "../ui/text.ts";
import "./course-pages.css";
import "./messages.ts";

export function JoinQrPage() {
  const { courseId = "" } = useParams({ strict: false });
  const { link } = useSearch({ strict: false }) as { readonly link?: string };
  const course = useRead("courses.getCourse", { courseId });
  return (
    <div className="page">
      <Loaded of={course}>
        {({ title, code, joinCode, state }) =>
          link !== undefined ? (
            <LinkPoster courseId={courseId} title={title} code={code} linkId={link} />
          ) : (
            <CodePoster
              courseId={courseId}
              title={title}
              code={code}
              joinCode={state === "archived" ? null : joinCode}
            />
          )
        }
      </Loaded>
    </div>
  );
}

interface PosterProps {
  readonly courseId: string;
  readonly title: string;
  readonly code: string;
}

function CodePoster({ joinCode, ...props }: PosterProps & { readonly joinCode: string | null }) {
  const text = useText();
  if (joinCode === null)
    return (
      <Poster {...props} address={null}>
        <Notice tone="warm">{text("qr.off")}</Notice>
      </Poster>
    );
  const page = `${location.origin}/join`;
  return (
    <Poster {...props} address={`${page}?code=${joinCode}`}>
      <p className="poster-hint">{text("qr.orType", { page: page.replace(/^https?:\/\//, "") })}</p>
      <p className="poster-code">{joinCode}</p>
    </Poster>
  );
}

function LinkPoster({ linkId, ...props }: PosterProps & { readonly linkId: string }) {
  const text = useText();
  const { run, error } = useCommand("courses.showCourseLink");
  const [shown, setShown] = useState<CommandOutput<"courses.showCourseLink"> | null>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    run({ linkId }).then(setShown, () => undefined);
  }, [run, linkId]);
  if (shown === null) return error === null ? <Skeleton /> : <ErrorNotice error={error} />;
  return (
    <Poster {...props} address={shown.link.state === "open" ? shown.address : null}>
      {shown.link.state === "open" ? (
        <p className="poster-hint">{text("qr.link", { role: text(`courseRole.${shown.link.role}`) })}</p>
      ) : (
        <Notice tone="warm">{text("qr.linkClosed")}</Notice>
      )}
    </Poster>
  );
}

function Poster({
  courseId,
  title,
  code,
  address,
  children,
}: PosterProps & { readonly address: string | null; readonly children: ReactNode }) {
  const text = useText();
  const poster = useRef<HTMLElement>(null);
  return (
    <div className="stack">
      <div className="row row-apart">
        <Link to="/courses/$courseId/people" params={{ courseId }}>
          {text("qr.back")}
        </Link>
        {address !== null && document.fullscreenEnabled && (
          <Button onPress={() => void poster.current?.requestFullscreen()}>{text("qr.fullScreen")}</Button>
        )}
      </div>
      <section ref={poster} className="poster" aria-label={text("qr.title", { title })}>
        <div className="poster-words">
          <p className="soft">{code}</p>
          <PageTitle title={text("qr.title", { title })} />
          {address !== null && <p className="poster-hint">{text("qr.scan")}</p>}
          {children}
        </div>
        {address !== null && (
          <QrCode text={address} label={text("qr.label", { title })} className="poster-qr" />
        )}
      </section>
    </div>
  );
}
