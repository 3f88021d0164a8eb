/** A file that is no PDF, in the page: Markdown and text to read, an image to look at, a card for anything else. */

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { MaterialFile } from "../contract.ts";
import { Loaded } from "../frame/loaded.tsx";
import { useArrival } from "../ui/arrival.ts";
import { Notice } from "../ui/notice.tsx";
import { EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { EndMark } from "./end-mark.tsx";
import type { FileKind } from "./file-kind.ts";
import { Markdown } from "./markdown.tsx";
import "./messages.ts";
import "./reader.css";

/** More text than this is slow to show, and nobody reads it in a browser. */
const textBytesMax = 2_000_000;

export interface FileInPageProps {
  readonly file: MaterialFile;
  readonly kind: FileKind;
  readonly title: string;
  /** What an image shows, in words, where somebody has written it. */
  readonly about?: string;
  /** Gives an address that works now. */
  readonly getUrl: () => Promise<string>;
  /** The end was read. */
  readonly onEnd?: () => void;
  /** Shown with what cannot be opened here. */
  readonly children?: ReactNode;
}

export function FileInPage({
  file,
  kind,
  title,
  about = "",
  getUrl,
  onEnd = () => {},
  children,
}: FileInPageProps) {
  const text = useText();
  if (kind === "markdown" || kind === "text")
    return (
      <TextInPage file={file} isMarkdown={kind === "markdown"} title={title} getUrl={getUrl} onEnd={onEnd} />
    );
  if (kind === "image")
    return <ImageInPage file={file} title={title} about={about} getUrl={getUrl} onEnd={onEnd} />;
  return (
    <div className="reader-body">
      <EmptyState icon="file" title={file.fileName} hint={text("reader.card")}>
        {children}
      </EmptyState>
    </div>
  );
}

type PartProps = Required<Pick<FileInPageProps, "file" | "title" | "getUrl" | "onEnd">>;

function TextInPage({
  file,
  isMarkdown,
  title,
  getUrl,
  onEnd,
}: PartProps & { readonly isMarkdown: boolean }) {
  const text = useText();
  const isLong = file.bytes > textBytesMax;
  const content = useQuery({
    queryKey: ["file text", file.sha256],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const headers = isLong ? { range: `bytes=0-${textBytesMax - 1}` } : {};
      const response = await fetch(await getUrl(), { headers, signal });
      if (!response.ok) throw new Error(`${title}: ${response.status}`);
      return response.text();
    },
  });
  useArrival(content.data !== undefined);
  return (
    <section className="reader-body" tabIndex={0} aria-label={title}>
      <Loaded of={content} lines={8}>
        {(source) => (
          <>
            {isLong && <Notice>{text("reader.tooLong")}</Notice>}
            {isMarkdown ? (
              <Markdown source={source} hasAnchors />
            ) : (
              <div className="reader-text">{source}</div>
            )}
            <EndMark onSeen={onEnd} />
          </>
        )}
      </Loaded>
    </section>
  );
}

function ImageInPage({ file, title, about, getUrl, onEnd }: PartProps & { readonly about: string }) {
  const text = useText();
  const [attempt, setAttempt] = useState(0);
  const url = useQuery({
    queryKey: ["file address", file.sha256, attempt],
    queryFn: getUrl,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="reader-body" tabIndex={0} aria-label={title}>
      <Loaded of={url}>
        {(address) =>
          attempt < 2 ? (
            // An address that has expired is exchanged for a new one, once.
            <figure className="reader-figure">
              <img
                className="reader-image"
                src={address}
                alt={about === "" ? title : about}
                onLoad={onEnd}
                onError={() => setAttempt((count) => count + 1)}
              />
              {about !== "" && <figcaption className="soft">{about}</figcaption>}
            </figure>
          ) : (
            <Notice tone="danger" title={text("reader.failed")}>
              <p>{text("reader.failedHint")}</p>
            </Notice>
          )
        }
      </Loaded>
    </section>
  );
}
