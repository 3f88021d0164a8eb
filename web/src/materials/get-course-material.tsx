/** Reading one material: PDF, pages, text, images, sound and video open here, anything else is a card to download it. */

import { useLocation, useParams } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { CallError, read } from "../client.ts";
import type { Material } from "../contract.ts";
import { isOpen } from "../courses/course-context.ts";
import { IfOpen, useIsOpen } from "../courses/if-open.tsx";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { useMe } from "../frame/me.ts";
import { atNode } from "../nodes.ts";
import { Icon } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { Badge, bytesText, EmptyState, PageTitle } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { DocumentInPage } from "./document-in-page.tsx";
import { FileInPage } from "./file-in-page.tsx";
import { kindKey, kindOfMaterial } from "./file-kind.ts";
import { LockReasons } from "./lock-reasons.tsx";
import { Markdown } from "./markdown.tsx";
import { MediaPlayer } from "./media-player.tsx";
import { PageInPage } from "./page-in-page.tsx";
import { PdfReader } from "./pdf-reader.tsx";
import { PlaceLink, places } from "./place-link.tsx";
import { ReadMark } from "./read-mark.tsx";
import { useReading } from "./reading.ts";
import "./messages.ts";
import "./reader.css";

/** The page of a material; `#page=N` in its address opens a PDF there, `?revision=N` an earlier one, as it was cited. */
export function MaterialPage() {
  const { materialId = "" } = useParams({ strict: false });
  const revision = useLocation({ select: ({ searchStr }) => revisionIn(searchStr) });
  const asked = revision === null ? {} : { revision };
  const material = useRead("materials.getMaterial", { materialId, ...asked });
  const isGone = material.error instanceof CallError && material.error.status === 404 && revision !== null;
  const current = useRead("materials.getMaterial", { materialId }, { enabled: isGone });
  const shown = material.data ?? (isGone ? current.data : undefined);
  if (shown === undefined)
    return (
      <div className="page">
        <Loaded of={isGone ? current : material}>{() => null}</Loaded>
      </div>
    );
  return <Reader key={`${materialId} ${shown.revision}`} material={shown} isRevisionGone={isGone} />;
}

function revisionIn(search: string): number | null {
  const asked = Number(new URLSearchParams(search).get("revision"));
  return Number.isInteger(asked) && asked >= 1 ? asked : null;
}

interface ReaderProps {
  readonly material: Material;
  readonly isRevisionGone: boolean;
}

function Reader({ material, isRevisionGone }: ReaderProps) {
  const text = useText();
  const { materialId, courseId, title, file, state, revision, locks } = material;
  const course = useRead("courses.getCourse", { courseId });
  const { view } = useMe();
  const isOpenCourse = useIsOpen();
  const kind = kindOfMaterial(material);
  const isLocked = locks.length > 0;
  const reading = useReading({ materialId, revision, isKept: !isLocked && view === null && isOpenCourse });
  const [left] = useState(material.myReading?.place ?? null);
  const [page, turnTo] = usePageInAddress(
    kind === "pdf" && material.myReading?.readAt === null ? left : null,
  );
  const [startPage, setStartPage] = useState(page);
  useEffect(() => {
    const follow = () => setStartPage(pageInAddress() ?? 1);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const getUrl = useCallback(
    async () => atNode((await read("materials.getCourseMaterial", { materialId, revision })).url),
    [materialId, revision],
  );
  function onPage(to: number) {
    turnTo(to);
    reading.at(to);
    if (to === material.pages) reading.finished();
  }
  const isPdf = kind === "pdf";
  const about = isPdf ? { materialId, page } : { materialId };
  return (
    <article className="reader">
      <header className="reader-head">
        <PlaceLink look="quiet" icon="back" href={places.contents(courseId)}>
          {course.data?.title ?? text("reader.back")}
        </PlaceLink>
        <div className="grow row">
          <PageTitle title={title} />
          {state === "draft" && <Badge tone="warm">{text("materials.draft")}</Badge>}
          {state === "scheduled" && <Badge tone="warm">{text("materials.scheduled")}</Badge>}
        </div>
        <div className="row reader-actions">
          {!isLocked && view === null && (
            <IfOpen>
              <ReadMark material={material} />
            </IfOpen>
          )}
          {course.data?.myRole === "student" && isOpen(course.data) && !isLocked && view === null && (
            <PlaceLink look="plain" icon="query" href={places.ask(courseId, about)}>
              {text(isPdf ? "reader.ask" : "reader.askMaterial")}
            </PlaceLink>
          )}
          {course.data?.mayTeach && isOpen(course.data) && material.kind === "page" && (
            <PlaceLink look="plain" icon="task" href={places.editPage(courseId, materialId)}>
              {text("page.edit")}
            </PlaceLink>
          )}
          {file !== null && <DownloadLink getUrl={getUrl} fileName={file.fileName} />}
        </div>
      </header>
      <RevisionNotice material={material} isGone={isRevisionGone} />
      {isLocked ? (
        <Locked material={material} />
      ) : kind === "link" ? (
        <LinkCard material={material} onOpen={reading.finished} />
      ) : kind === "page" ? (
        <PageInPage material={material} onEnd={reading.finished} />
      ) : file === null ? null : isPdf ? (
        <PdfReader title={title} bytes={file.bytes} getUrl={getUrl} startPage={startPage} onPage={onPage} />
      ) : kind === "audio" || kind === "video" ? (
        <MediaPlayer
          material={material}
          isVideo={kind === "video"}
          getUrl={getUrl}
          startAt={left ?? 0}
          onPlace={reading.at}
          onEnd={reading.finished}
        />
      ) : kind === "document" || kind === "slides" || kind === "sheet" ? (
        <DocumentInPage material={material} onEnd={reading.finished}>
          <p className="faint">{`${text(kindKey(kind))} · ${bytesText(file.bytes)}`}</p>
        </DocumentInPage>
      ) : (
        <FileInPage
          file={file}
          kind={kind}
          title={title}
          about={material.description}
          getUrl={getUrl}
          onEnd={reading.finished}
        >
          <p className="faint">{`${text(kindKey(kind))} · ${bytesText(file.bytes)}`}</p>
        </FileInPage>
      )}
    </article>
  );
}

/** Says that what is shown is not the newest, and leads there. */
function RevisionNotice({ material, isGone }: { readonly material: Material; readonly isGone: boolean }) {
  const text = useText();
  const { courseId, materialId, revision, latestRevision } = material;
  if (isGone)
    return (
      <Notice tone="warm">
        <p>{text("revision.gone")}</p>
      </Notice>
    );
  if (revision === latestRevision) return null;
  return (
    <Notice tone="warm">
      <p>
        {text("revision.old", { revision, latest: latestRevision })}{" "}
        <PlaceLink href={places.material(courseId, materialId)}>{text("revision.toLatest")}</PlaceLink>
      </p>
    </Notice>
  );
}

/** A locked material: why, and what unlocks it. */
function Locked({ material }: { readonly material: Material }) {
  const text = useText();
  return (
    <div className="reader-body">
      <EmptyState icon="key" title={text("lock.title")} hint={text("lock.hint")}>
        <LockReasons material={material} />
      </EmptyState>
    </div>
  );
}

/** A link: where it leads is said before it is opened. */
function LinkCard({ material, onOpen }: { readonly material: Material; readonly onOpen: () => void }) {
  const text = useText();
  const url = material.url ?? "";
  return (
    <div className="reader-body">
      <EmptyState icon="next" title={material.title} hint={text("link.leads", { host: new URL(url).host })}>
        {material.description !== "" && <Markdown source={material.description} />}
        <a
          className="button"
          data-look="primary"
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          onClick={onOpen}
        >
          <span>{text("link.open")}</span>
        </a>
      </EmptyState>
    </div>
  );
}

export interface DownloadLinkProps {
  readonly getUrl: () => Promise<string>;
  readonly fileName: string;
}

/** Saves the file; its address is fetched when it is pressed, so it never has expired. */
export function DownloadLink({ getUrl, fileName }: DownloadLinkProps) {
  const text = useText();
  const [failed, setFailed] = useState(false);
  return (
    <button
      type="button"
      className="button"
      data-look="quiet"
      onClick={() =>
        void getUrl().then(
          (url) => {
            setFailed(false);
            location.assign(`${url}?download`);
          },
          () => setFailed(true),
        )
      }
      title={fileName}
    >
      <Icon name={failed ? "warn" : "download"} />
      <span>{text(failed ? "retry" : "reader.download")}</span>
    </button>
  );
}

function pageInAddress(): number | null {
  const found = /^#page=(\d+)/.exec(location.hash)?.[1];
  return found === undefined ? null : Math.max(1, Number.parseInt(found, 10));
}

/** The address is changed when the turning of pages pauses: browsers refuse to have it changed at every step. */
const addressPauseMs = 300;

/** The page in the address; where it names none, the one where the reader was. */
function usePageInAddress(left: number | null): readonly [number, (page: number) => void] {
  const [page, setPage] = useState(() => pageInAddress() ?? left ?? 1);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isTurned = useRef(false);
  useEffect(() => {
    if (!isTurned.current) return;
    timer.current = setTimeout(() => {
      const address = `${location.pathname}${location.search}#page=${page}`;
      // The browser's own, so that the router does not take it for another page.
      History.prototype.replaceState.call(history, history.state, "", address);
    }, addressPauseMs);
    return () => clearTimeout(timer.current);
  }, [page]);
  const turnTo = useCallback((to: number) => {
    isTurned.current = true;
    setPage(to);
  }, []);
  return [page, turnTo];
}
