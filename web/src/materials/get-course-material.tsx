/** Reading one material: PDF, text and images open in the page, anything else is a card to download it. */
import { useParams } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { read } from "../client.ts";
import type { Material } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { atNode } from "../nodes.ts";
import { Icon } from "../ui/icon.tsx";
import { Badge, bytesText, PageTitle } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { FileInPage } from "./file-in-page.tsx";
import { kindKey, kindOf } from "./file-kind.ts";
import { PdfReader } from "./pdf-reader.tsx";
import { PlaceLink, places } from "./place-link.tsx";
import "./messages.ts";
import "./reader.css";

/** The page of a material; `#page=N` in its address opens a PDF there, and follows the reading. */
export function MaterialPage() {
  const { materialId = "" } = useParams({ strict: false });
  const material = useRead("materials.getMaterial", { materialId });
  if (material.data === undefined)
    return (
      <div className="page">
        <Loaded of={material}>{() => null}</Loaded>
      </div>
    );
  return <Reader key={materialId} material={material.data} />;
}

function Reader({ material }: { readonly material: Material }) {
  const text = useText();
  const { materialId, courseId, title, file, state } = material;
  const course = useRead("courses.getCourse", { courseId });
  const kind = kindOf(file);
  const [page, turnTo] = usePageInAddress();
  const [startPage, setStartPage] = useState(page);
  useEffect(() => {
    const follow = () => setStartPage(pageInAddress());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const getUrl = useCallback(
    async () => atNode((await read("materials.getCourseMaterial", { materialId })).url),
    [materialId],
  );
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
        </div>
        <div className="row">
          {course.data?.myRole === "student" && (
            <PlaceLink look="plain" icon="query" href={places.ask(courseId, about)}>
              {text(isPdf ? "reader.ask" : "reader.askMaterial")}
            </PlaceLink>
          )}
          <DownloadLink getUrl={getUrl} fileName={file.fileName} />
        </div>
      </header>
      {isPdf ? (
        <PdfReader title={title} bytes={file.bytes} getUrl={getUrl} startPage={startPage} onPage={turnTo} />
      ) : (
        <FileInPage file={file} kind={kind} title={title} getUrl={getUrl}>
          <p className="faint">{`${text(kindKey(kind))} · ${bytesText(file.bytes)}`}</p>
        </FileInPage>
      )}
    </article>
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

function pageInAddress(): number {
  return Math.max(1, Number.parseInt(/^#page=(\d+)/.exec(location.hash)?.[1] ?? "1", 10));
}

/** The address is changed when the turning of pages pauses: browsers refuse to have it changed at every step. */
const addressPauseMs = 300;

function usePageInAddress(): readonly [number, (page: number) => void] {
  const [page, setPage] = useState(pageInAddress);
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
