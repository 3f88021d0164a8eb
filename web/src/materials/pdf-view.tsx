/**
 * Reads a PDF in the page: opens it, turns pages, changes the size, finds; by pointer and by keyboard. Brings pdf.js
 * along, so pages use it by `pdf-reader.tsx`.
 */
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from "react";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { bytesText, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { goToPage, PdfDesk } from "./pdf-desk.tsx";
import { type OpenPdf, usePdf } from "./pdf-document.ts";
import { useFind } from "./pdf-find.ts";
import { PdfToolbar } from "./pdf-toolbar.tsx";
import "./messages.ts";
import "./reader.css";

export interface PdfViewProps {
  readonly title: string;
  readonly bytes: number;
  /** Gives an address that works now; the same function for the same file. */
  readonly getUrl: () => Promise<string>;
  /** The page to begin with, and to go to when it changes. */
  readonly startPage: number;
  readonly onPage: (page: number) => void;
  /** More tools, at the end of the bar. */
  readonly children?: ReactNode;
}

const scaleMin = 0.25;
const scaleMax = 5;
const zoomStep = 1.2;
/** What is left and right of a page on the desk. */
const deskMarginPx = 32;

export function PdfView({ title, bytes, getUrl, startPage, onPage, children }: PdfViewProps) {
  const opened = usePdf(getUrl);
  const { pdf, size } = opened;
  const desk = useRef<HTMLDivElement>(null);
  const [page, setPage] = useState(startPage);
  const [zoom, setZoom] = useState<number | null>(null);
  const fit = useFitScale(desk, size?.width ?? null);
  const scale = zoom ?? fit;
  const [isFinding, setFinding] = useState(false);
  const [typed, setTyped] = useState("");
  const found = useFind(pdf, isFinding ? typed : "");
  const [at, setAt] = useState<number | null>(null);
  const pages = pdf?.numPages ?? 0;

  const reading = useRef(startPage);
  const tell = useRef(onPage);
  useEffect(() => {
    tell.current = onPage;
  });
  const turned = useCallback((to: number) => {
    reading.current = to;
    setPage(to);
    tell.current(to);
  }, []);
  const go = useCallback(
    (to: number) => goToPage(desk.current, Math.min(Math.max(to, 1), Math.max(pages, 1))),
    [pages],
  );
  useEffect(() => {
    reading.current = startPage;
    goToPage(desk.current, startPage);
  }, [startPage]);
  useEffect(() => {
    if (pdf === null) return;
    // Opened anew, it goes on where it was being read.
    const to = Math.min(reading.current, pdf.numPages);
    goToPage(desk.current, to);
    setPage(to);
    const focused = document.activeElement;
    // The keys work where the focus is; nobody is torn away from a field.
    if (focused === document.body || focused?.tagName === "H1")
      desk.current?.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
  }, [pdf]);

  const hits = found.hits;
  const hit = at === null ? null : (hits[at] ?? null);
  // What is sought anew begins at the page that is looked at.
  useEffect(() => setAt(null), [found.sought]);
  // The first hit is gone to once, when it comes.
  const goToFirst = useEffectEvent((hitsNow: typeof hits) => {
    if (at !== null || hitsNow.length === 0) return;
    const ahead = hitsNow.findIndex((each) => each.page >= page);
    if (ahead >= 0) setAt(ahead);
    else if (found.searching === null) setAt(0);
  });
  useEffect(() => goToFirst(hits), [hits]);
  useEffect(() => {
    if (hit !== null) go(hit.page);
  }, [hit, go]);
  const step = (direction: 1 | -1) => {
    if (hits.length > 0) setAt((so) => ((so ?? -1) + direction + hits.length) % hits.length);
  };

  const changeSize = (direction: 1 | -1) =>
    setZoom(Math.min(Math.max(scale * zoomStep ** direction, scaleMin), scaleMax));

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    const actions: Readonly<Record<string, () => void>> = {
      PageDown: () => go(page + 1),
      PageUp: () => go(page - 1),
      "+": () => changeSize(1),
      "=": () => changeSize(1),
      "-": () => changeSize(-1),
      "/": () => setFinding(true),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  return (
    // The keys are shortcuts for the buttons inside.
    <div className="pdf-view" onKeyDown={onKeyDown}>
      {pdf !== null && (
        <PdfToolbar
          page={page}
          pages={pages}
          percent={scale}
          onPage={go}
          onZoom={changeSize}
          onFit={() => setZoom(null)}
          find={{ isOpen: isFinding, onOpen: setFinding, typed, onType: setTyped, found, at, onStep: step }}
        >
          {children}
        </PdfToolbar>
      )}
      {pdf !== null && size !== null && opened.error === null ? (
        <PdfDesk
          pdf={pdf}
          size={size}
          title={title}
          scale={scale}
          found={found}
          hit={hit}
          desk={desk}
          onPage={turned}
          onPageFailed={opened.onPageFailed}
        />
      ) : (
        <div className="pdf-desk" ref={desk}>
          <NotOpen opened={opened} title={title} bytes={bytes} />
        </div>
      )}
    </div>
  );
}

interface NotOpenProps {
  readonly opened: OpenPdf;
  readonly title: string;
  readonly bytes: number;
}

function NotOpen({ opened, title, bytes }: NotOpenProps) {
  const text = useText();
  const { error, isLocked, loaded, reopen } = opened;
  if (error === null)
    return (
      <div className="pdf-opening">
        <p className="faint number">
          {loaded === 0
            ? text("reader.opening", { title })
            : text("reader.openingBytes", { title, sent: bytesText(loaded), total: bytesText(bytes) })}
        </p>
        <Skeleton lines={6} />
      </div>
    );
  return (
    <div className="pdf-opening">
      <Notice tone="danger" title={text(isLocked ? "reader.locked" : "reader.failed")}>
        <p>{text(isLocked ? "reader.lockedHint" : "reader.failedHint")}</p>
        {!isLocked && (
          <div>
            <Button onPress={reopen}>{text("retry")}</Button>
          </div>
        )}
      </Notice>
    </div>
  );
}

/** The scale at which a page is as wide as the desk. */
function useFitScale(desk: { readonly current: HTMLElement | null }, pageWidth: number | null): number {
  const [deskWidth, setDeskWidth] = useState(0);
  // With the document another element becomes the desk.
  useEffect(() => {
    const element = desk.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setDeskWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [desk, pageWidth]);
  if (pageWidth === null || deskWidth === 0) return 1;
  const margin = deskWidth < 640 ? deskMarginPx / 2 : deskMarginPx;
  // Wider than this, lines are too long to follow.
  return Math.min((deskWidth - margin) / pageWidth, 1.75);
}
