/** One page of a PDF: its picture at the screen's own resolution, and its text above it for eyes and ears and mouse. */
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { useText } from "../ui/text.ts";
import { placesOf } from "./find-text.ts";
import { type PDFDocumentProxy, TextLayer } from "./pdf-open.ts";

/** The most pixels of one page: beyond it, phones give up on a canvas silently. */
const pixelsMax = 16_000_000;

export interface PdfPageProps {
  readonly document: PDFDocumentProxy;
  readonly page: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** Far from what is looked at, a page is only room. */
  readonly isNear: boolean;
  /** What to mark in the text; empty for nothing. */
  readonly sought: string;
  /** Which of the hits on this page is the one that was gone to. */
  readonly hit: number | null;
  readonly onFailed: (error: unknown) => void;
}

export function PdfPage(props: PdfPageProps) {
  const { document: pdf, page, width, height, scale, isNear, sought, hit, onFailed } = props;
  const text = useText();
  const place = useRef<HTMLDivElement>(null);
  const [hasFailed, setFailed] = useState(false);
  const [drawn, setDrawn] = useState(0);
  const failed = useRef(onFailed);
  useEffect(() => {
    failed.current = onFailed;
  });

  useEffect(() => {
    const holder = place.current;
    if (holder === null) return;
    if (!isNear) {
      holder.replaceChildren();
      return;
    }
    const drawing = drawPage({ pdf, page, scale, holder });
    drawing.done.then(
      () => {
        setFailed(false);
        setDrawn((count) => count + 1);
      },
      (error: unknown) => {
        if (drawing.isCancelled()) return;
        setFailed(true);
        failed.current(error);
      },
    );
    return drawing.cancel;
  }, [pdf, page, scale, isNear]);

  // A page that was drawn anew has lost its marks.
  useEffect(() => {
    if (place.current) markHits(place.current, sought, hit);
  }, [sought, hit, drawn]);

  return (
    <section
      className="pdf-page"
      data-page={page}
      aria-label={text("reader.pageLabel", { page })}
      style={{ inlineSize: width, blockSize: height, "--total-scale-factor": scale } as CSSProperties}
    >
      <div ref={place} className="pdf-sheet" />
      {hasFailed && <p className="pdf-failed">{text("reader.pageFailed")}</p>}
    </section>
  );
}

interface Drawing {
  readonly done: Promise<void>;
  readonly cancel: () => void;
  readonly isCancelled: () => boolean;
}

/** Draws beside what is there and takes its place when done, so that nothing flickers when the size changes. */
function drawPage(parts: {
  pdf: PDFDocumentProxy;
  page: number;
  scale: number;
  holder: HTMLElement;
}): Drawing {
  const { pdf, scale, holder } = parts;
  let cancelled = false;
  let stop = () => {};
  const run = async () => {
    const proxy = await pdf.getPage(parts.page);
    if (cancelled) return;
    const viewport = proxy.getViewport({ scale });
    const wanted = Math.max(1, devicePixelRatio);
    const ratio = Math.min(wanted, Math.sqrt(pixelsMax / (viewport.width * viewport.height)));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * ratio);
    canvas.height = Math.floor(viewport.height * ratio);
    canvas.setAttribute("aria-hidden", "true");
    const rendering = proxy.render({ canvas, viewport, transform: [ratio, 0, 0, ratio, 0, 0] });
    stop = () => rendering.cancel();
    await rendering.promise;
    const words = document.createElement("div");
    words.className = "textLayer";
    const layer = new TextLayer({
      textContentSource: proxy.streamTextContent({ includeMarkedContent: true }),
      container: words,
      viewport,
    });
    stop = () => layer.cancel();
    await layer.render();
    if (!cancelled) holder.replaceChildren(canvas, words);
  };
  return {
    done: run(),
    cancel: () => {
      cancelled = true;
      stop();
    },
    isCancelled: () => cancelled,
  };
}

/** Marks by ranges of the text, which stays as it is for selecting; where browsers lack that, the page is still found. */
function markHits(holder: HTMLElement, sought: string, hit: number | null): void {
  if (typeof Highlight === "undefined") return;
  const page = holder.parentElement?.dataset.page ?? "";
  const ranges = sought === "" ? [] : rangesOf(holder, sought);
  const chosen = hit === null ? undefined : ranges[hit];
  setHighlight(
    "pdf-hit",
    page,
    ranges.filter((range) => range !== chosen),
  );
  setHighlight("pdf-chosen", page, chosen ? [chosen] : []);
  chosen?.startContainer.parentElement?.scrollIntoView({ block: "center", inline: "nearest" });
}

const rangesByPage = new Map<string, readonly Range[]>();

/** The ranges of all pages stand in one highlight, since style sheets know highlights by fixed names. */
function setHighlight(name: string, page: string, ranges: readonly Range[]): void {
  rangesByPage.set(`${name} ${page}`, ranges);
  const all = [...rangesByPage].filter(([key]) => key.startsWith(`${name} `)).flatMap(([, each]) => each);
  CSS.highlights.set(name, new Highlight(...all.filter((range) => range.startContainer.isConnected)));
}

function rangesOf(holder: HTMLElement, sought: string): Range[] {
  const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
  const nodes: { readonly node: Node; readonly from: number }[] = [];
  let whole = "";
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    nodes.push({ node, from: whole.length });
    whole += node.nodeValue ?? "";
  }
  const pointAt = (at: number, isEnd: boolean) =>
    nodes.findLast(({ from }) => (isEnd ? from < at : from <= at)) ?? nodes[0];
  const ranges: Range[] = [];
  for (const [from, to] of placesOf(whole, sought)) {
    const start = pointAt(from, false);
    const end = pointAt(to, true);
    if (!start || !end) continue;
    const range = document.createRange();
    range.setStart(start.node, from - start.from);
    range.setEnd(end.node, to - end.from);
    ranges.push(range);
  }
  return ranges;
}
