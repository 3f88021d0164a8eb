/** An open PDF in a component: opened by its address, opened anew by another one when that address no longer works. */
import { useCallback, useEffect, useRef, useState } from "react";
import { isLocked, openPdf, type PDFDocumentProxy } from "./pdf-open.ts";

export interface OpenPdf {
  readonly pdf: PDFDocumentProxy | null;
  /** The size of the first page, in the PDF's own units; other pages are taken to be alike until they are seen. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly error: unknown;
  readonly isLocked: boolean;
  readonly loaded: number;
  /** Opens it anew, with a new address. */
  readonly reopen: () => void;
  /** Takes the failure of one page: most often the address has expired, so a new one is fetched. */
  readonly onPageFailed: () => void;
}

/** A page that fails again so soon after opening anew is at fault itself. */
const reopenPauseMs = 30_000;

export function usePdf(getUrl: () => Promise<string>): OpenPdf {
  const [opened, setOpened] = useState<Pick<OpenPdf, "pdf" | "size">>({ pdf: null, size: null });
  const [failure, setFailure] = useState<{ error: unknown; isLocked: boolean } | null>(null);
  const [loaded, setLoaded] = useState(0);
  const [attempt, setAttempt] = useState(0);
  const lastAttemptAt = useRef(0);

  // A new attempt opens the document anew.
  useEffect(() => {
    let isOver = false;
    let close = () => {};
    async function open() {
      const url = await getUrl();
      if (isOver) return;
      const task = openPdf(url);
      close = () => void task.destroy();
      task.onProgress = ({ loaded: bytes }: { loaded: number }) => setLoaded(bytes);
      try {
        const pdf = await task.promise;
        const { width, height } = (await pdf.getPage(1)).getViewport({ scale: 1 });
        if (!isOver) setOpened({ pdf, size: { width, height } });
      } catch (error) {
        if (!isOver) setFailure({ error, isLocked: isLocked(error) });
      }
    }
    lastAttemptAt.current = performance.now();
    setFailure(null);
    open().catch((error: unknown) => {
      if (!isOver) setFailure({ error, isLocked: false });
    });
    return () => {
      isOver = true;
      close();
    };
  }, [getUrl, attempt]);

  const reopen = useCallback(() => setAttempt((count) => count + 1), []);
  const onPageFailed = useCallback(() => {
    if (performance.now() - lastAttemptAt.current < reopenPauseMs) return;
    // Several pages fail together; the document is opened anew once.
    lastAttemptAt.current = performance.now();
    reopen();
  }, [reopen]);
  return {
    ...opened,
    error: failure?.error ?? null,
    isLocked: failure?.isLocked ?? false,
    loaded,
    reopen,
    onPageFailed,
  };
}
