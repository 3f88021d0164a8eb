/** An office document, to read in the page: what the school has read from it, a moment after its upload. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Material } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { atNode } from "../nodes.ts";
import { useArrival } from "../ui/arrival.ts";
import { Notice } from "../ui/notice.tsx";
import { EmptyState, Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { DocumentHtml } from "./document-html.tsx";
import { EndMark } from "./end-mark.tsx";
import "./messages.ts";
import "./reader.css";

const askEveryMs = 1_500;

export interface DocumentInPageProps {
  readonly material: Material;
  readonly onEnd: () => void;
  /** Shown where it cannot be read here. */
  readonly children?: ReactNode;
}

export function DocumentInPage({ material, onEnd, children }: DocumentInPageProps) {
  const text = useText();
  const { materialId, revision, title } = material;
  const found = useRead("materials.getMaterialDocument", { materialId, revision });
  const isWaiting = found.data?.state === "waiting";
  useRead(
    "materials.getMaterialDocument",
    { materialId, revision },
    { enabled: isWaiting, everyMs: askEveryMs },
  );
  const file = found.data?.html ?? null;
  const content = useQuery({
    queryKey: ["document", file?.sha256 ?? ""],
    enabled: file !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const url = file !== null && "url" in file ? atNode(String(file.url)) : "";
      const response = await fetch(url, { signal });
      if (!response.ok) throw new Error(`${title}: ${response.status}`);
      return response.text();
    },
  });
  useArrival(content.data !== undefined);
  if (found.data === undefined)
    return (
      <div className="reader-body">
        <Loaded of={found}>{() => null}</Loaded>
      </div>
    );
  if (found.data.state === "failed")
    return (
      <div className="reader-body">
        <EmptyState icon="file" title={text("document.failed")} hint={found.data.problem ?? ""}>
          {children}
        </EmptyState>
      </div>
    );
  return (
    <section className="reader-body" tabIndex={0} aria-label={title}>
      {isWaiting ? (
        <div className="stack" role="status">
          <p className="soft">{text("document.waiting")}</p>
          <Skeleton lines={6} />
        </div>
      ) : (
        <Loaded of={content} lines={8}>
          {(html) => (
            <>
              <div className="prose stack document-note">
                <p className="faint">{text("document.note")}</p>
                {found.data.isCut && <Notice>{text("document.cut")}</Notice>}
              </div>
              <DocumentHtml html={html} />
              <EndMark onSeen={onEnd} />
            </>
          )}
        </Loaded>
      )}
    </section>
  );
}
