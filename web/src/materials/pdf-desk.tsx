/** The desk on which the pages of a PDF lie: only those near to what is looked at are drawn. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useText } from "../ui/text.ts";
import type { Found, Hit } from "./pdf-find.ts";
import type { PDFDocumentProxy } from "./pdf-open.ts";
import { PdfPage } from "./pdf-page.tsx";

export interface PdfDeskProps {
  readonly pdf: PDFDocumentProxy;
  readonly size: { readonly width: number; readonly height: number };
  readonly title: string;
  readonly scale: number;
  readonly found: Found;
  readonly hit: Hit | null;
  readonly desk: RefObject<HTMLDivElement | null>;
  readonly onPage: (page: number) => void;
  readonly onPageFailed: () => void;
}

export function PdfDesk(props: PdfDeskProps) {
  const { pdf, size, title, scale, found, hit, desk, onPage, onPageFailed } = props;
  const text = useText();
  const near = useNearPages(desk, pdf);
  const sizes = useSizes(pdf, near);
  useKeptPlace(desk, scale);
  useGoal(desk);

  useEffect(() => {
    const scroller = desk.current;
    if (scroller === null) return;
    let frame = 0;
    const look = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        const page = goals.get(scroller) ?? pageLookedAt(scroller);
        if (page !== null) onPage(page);
      });
    };
    scroller.addEventListener("scroll", look, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      scroller.removeEventListener("scroll", look);
    };
  }, [desk, onPage]);

  return (
    <section ref={desk} className="pdf-desk" tabIndex={0} aria-label={text("reader.document", { title })}>
      {Array.from({ length: pdf.numPages }, (_, index) => {
        const page = index + 1;
        const { width, height } = sizes.get(page) ?? size;
        return (
          <PdfPage
            key={page}
            document={pdf}
            page={page}
            width={Math.round(width * scale)}
            height={Math.round(height * scale)}
            scale={scale}
            isNear={near.has(page)}
            sought={found.sought}
            hit={hit?.page === page ? hit.index : null}
            onFailed={onPageFailed}
          />
        );
      })}
    </section>
  );
}

/** The room between pages, as in the style sheet. */
const gapPx = 12;

export function goToPage(desk: HTMLElement | null, page: number): void {
  if (desk === null) return;
  goals.set(desk, page);
  placeAt(desk, page);
}

/**
 * The page that a desk was sent to. While pages around it still find their sizes the scroll place alone says another
 * page, and the address would follow it; so the goal holds until the reader moves, or all has settled.
 */
const goals = new WeakMap<HTMLElement, number>();
const settledMs = 3_000;
const moves = ["wheel", "touchstart", "pointerdown", "keydown"] as const;

function useGoal(desk: RefObject<HTMLDivElement | null>): void {
  useLayoutEffect(() => {
    const goal = desk.current === null ? undefined : goals.get(desk.current);
    if (desk.current !== null && goal !== undefined) placeAt(desk.current, goal);
  });
  useEffect(() => {
    const forget = () => {
      if (desk.current !== null) goals.delete(desk.current);
    };
    const timer = setTimeout(forget, settledMs);
    for (const move of moves) window.addEventListener(move, forget, { passive: true, capture: true });
    return () => {
      clearTimeout(timer);
      for (const move of moves) window.removeEventListener(move, forget, { capture: true });
    };
  }, [desk]);
}

function placeAt(desk: HTMLElement, page: number): void {
  const place = desk.querySelector<HTMLElement>(`[data-page="${page}"]`);
  if (place) desk.scrollTop = place.offsetTop - gapPx;
}

/** The page on the line a third down from the top: what the eyes are on. */
function pageLookedAt(desk: HTMLElement): number | null {
  const line = desk.scrollTop + desk.clientHeight / 3;
  const pages = [...desk.querySelectorAll<HTMLElement>("[data-page]")];
  const page = pages.findLast(({ offsetTop }) => offsetTop <= line) ?? pages[0];
  return page ? Number(page.dataset.page) : null;
}

function useNearPages(desk: RefObject<HTMLDivElement | null>, pdf: PDFDocumentProxy): ReadonlySet<number> {
  const [near, setNear] = useState<ReadonlySet<number>>(new Set([1]));
  // Another document has other pages to watch.
  useEffect(() => {
    const root = desk.current;
    if (root === null) return;
    const observer = new IntersectionObserver(
      (entries) =>
        setNear((so) => {
          const next = new Set(so);
          for (const { target, isIntersecting } of entries) {
            const page = Number((target as HTMLElement).dataset.page);
            if (isIntersecting) next.add(page);
            else next.delete(page);
          }
          return next;
        }),
      { root, rootMargin: "100% 0px" },
    );
    for (const page of root.querySelectorAll("[data-page]")) observer.observe(page);
    return () => observer.disconnect();
  }, [desk, pdf]);
  return near;
}

/** The true sizes of the pages that were seen. */
function useSizes(pdf: PDFDocumentProxy, near: ReadonlySet<number>) {
  const [sizes, setSizes] = useState<ReadonlyMap<number, { width: number; height: number }>>(new Map());
  useEffect(() => {
    let isOver = false;
    for (const page of near)
      pdf.getPage(page).then(
        (proxy) => {
          const { width, height } = proxy.getViewport({ scale: 1 });
          if (!isOver)
            setSizes((so) => (so.get(page)?.width === width ? so : new Map(so).set(page, { width, height })));
        },
        // The page says so itself when it is drawn.
        () => {},
      );
    return () => {
      isOver = true;
    };
  }, [pdf, near]);
  return sizes;
}

/** What was looked at stays where it was when the size changes. */
function useKeptPlace(desk: RefObject<HTMLDivElement | null>, scale: number): void {
  const before = useRef(scale);
  useLayoutEffect(() => {
    const scroller = desk.current;
    if (scroller === null || before.current === scale) return;
    const factor = scale / before.current;
    before.current = scale;
    // Pages grow and the gaps between them do not, so the place is kept within its page.
    let topBefore = gapPx;
    for (const page of scroller.querySelectorAll<HTMLElement>("[data-page]")) {
      const heightBefore = page.offsetHeight / factor;
      const into = scroller.scrollTop - topBefore;
      if (into < heightBefore) {
        scroller.scrollTop = page.offsetTop + (into > 0 ? into * factor : into);
        break;
      }
      topBefore += heightBefore + gapPx;
    }
    scroller.scrollLeft = (scroller.scrollWidth - scroller.clientWidth) / 2;
  }, [desk, scale]);
}
