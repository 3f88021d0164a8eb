/** The PDF view, loaded when a PDF is opened: whoever reads something else does not wait for pdf.js. */
import { lazy, Suspense } from "react";
import { Skeleton } from "../ui/pieces.tsx";
import type { PdfViewProps } from "./pdf-view.tsx";
import "./reader.css";

const PdfView = lazy(async () => ({ default: (await import("./pdf-view.tsx")).PdfView }));

export function PdfReader(props: PdfViewProps) {
  return (
    <Suspense
      fallback={
        <div className="pdf-desk">
          <div className="pdf-opening">
            <Skeleton lines={6} />
          </div>
        </div>
      }
    >
      <PdfView {...props} />
    </Suspense>
  );
}
