/** Finding in a PDF, page after page, so that the first hits are there before the last page was read. */
import { useEffect, useState } from "react";
import { useSettled } from "../ui/settled.ts";
import { placesOf } from "./find-text.ts";
import type { PDFDocumentProxy } from "./pdf-open.ts";

export interface Hit {
  readonly page: number;
  /** Its place among the hits of its page. */
  readonly index: number;
}

export interface Found {
  /** What is sought; empty for nothing. */
  readonly sought: string;
  readonly hits: readonly Hit[];
  /** The page that is being searched; null when all were. */
  readonly searching: number | null;
}

const nothing: Found = { sought: "", hits: [], searching: null };

export function useFind(pdf: PDFDocumentProxy | null, typed: string): Found {
  const sought = useSettled(typed).trim();
  const [found, setFound] = useState<Found>(nothing);
  useEffect(() => {
    let isOver = false;
    async function search(document: PDFDocumentProxy) {
      const hits: Hit[] = [];
      for (let page = 1; page <= document.numPages && !isOver; page++) {
        const { items } = await (await document.getPage(page)).getTextContent();
        const whole = items.map((item) => ("str" in item ? item.str : "")).join("");
        const before = hits.length;
        hits.push(...placesOf(whole, sought).map((_, index) => ({ page, index })));
        // Told at each page with hits, and otherwise now and then.
        if (!isOver && (hits.length > before || page % 10 === 1))
          setFound({ sought, hits: [...hits], searching: page });
      }
      if (!isOver) setFound({ sought, hits, searching: null });
    }
    setFound({ ...nothing, sought });
    if (pdf !== null && sought !== "")
      search(pdf).catch(() => {
        if (!isOver) setFound((so) => ({ ...so, searching: null }));
      });
    return () => {
      isOver = true;
    };
  }, [pdf, sought]);
  return found;
}
