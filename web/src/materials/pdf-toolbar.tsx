/** What is done with an open PDF: turning pages, size, finding. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { IconButton } from "../ui/button.tsx";
import { locale, useText } from "../ui/text.ts";
import type { Found } from "./pdf-find.ts";

export interface PdfToolbarProps {
  readonly page: number;
  readonly pages: number;
  readonly percent: number;
  readonly onPage: (page: number) => void;
  readonly onZoom: (direction: 1 | -1) => void;
  readonly onFit: () => void;
  readonly find: FindProps;
  readonly children?: ReactNode;
}

export function PdfToolbar({ page, pages, percent, onPage, onZoom, onFit, find, children }: PdfToolbarProps) {
  const text = useText();
  return (
    <div className="pdf-toolbar" role="toolbar" aria-label={text("reader.toolbar")}>
      <div className="pdf-tools">
        <IconButton
          icon="back"
          label={text("reader.previous")}
          isDisabled={page <= 1}
          onPress={() => onPage(page - 1)}
        />
        <PageBox page={page} pages={pages} onPage={onPage} />
        <IconButton
          icon="next"
          label={text("reader.next")}
          isDisabled={page >= pages}
          onPress={() => onPage(page + 1)}
        />
      </div>
      <div className="pdf-tools pdf-zoom">
        <IconButton icon="zoomOut" label={text("reader.zoomOut")} onPress={() => onZoom(-1)} />
        <span className="number faint" title={text("reader.zoom")}>
          {new Intl.NumberFormat(locale, { style: "percent" }).format(percent)}
        </span>
        <IconButton icon="zoomIn" label={text("reader.zoomIn")} onPress={() => onZoom(1)} />
        <IconButton icon="fit" label={text("reader.fit")} onPress={onFit} />
      </div>
      <div className="pdf-tools">
        <IconButton icon="search" label={text("reader.find")} onPress={() => find.onOpen(!find.isOpen)} />
        {children}
      </div>
      {find.isOpen && <Find {...find} />}
    </div>
  );
}

interface PageBoxProps {
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}

function PageBox({ page, pages, onPage }: PageBoxProps) {
  const text = useText();
  const [typed, setTyped] = useState<string | null>(null);
  function go() {
    const wanted = Number.parseInt(typed ?? "", 10);
    setTyped(null);
    if (Number.isInteger(wanted)) onPage(Math.min(Math.max(wanted, 1), pages));
  }
  return (
    <form
      className="pdf-page-box number"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <input
        className="input"
        aria-label={text("reader.page")}
        inputMode="numeric"
        size={Math.max(2, String(pages).length)}
        value={typed ?? String(page)}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={go}
      />
      <span>{text("reader.pageOf", { count: pages })}</span>
    </form>
  );
}

export interface FindProps {
  readonly isOpen: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly found: Found;
  /** Which hit was gone to, counted from 0; null for none. */
  readonly at: number | null;
  readonly onStep: (direction: 1 | -1) => void;
}

function Find({ onOpen, typed, onType, found, at, onStep }: FindProps) {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const { sought, hits, searching } = found;
  const has = hits.length > 0;
  return (
    <search className="pdf-find">
      <input
        ref={input}
        className="input"
        type="search"
        aria-label={text("reader.find")}
        placeholder={text("reader.find")}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            onStep(event.shiftKey ? -1 : 1);
          }
          if (event.key === "Escape") onOpen(false);
        }}
      />
      <output className="faint number">
        {sought !== "" && has && text("reader.hits", { at: at === null ? 0 : at + 1, count: hits.length })}
        {sought !== "" && !has && searching !== null && text("reader.searching", { page: searching })}
        {sought !== "" && !has && searching === null && text("reader.noHits")}
      </output>
      <IconButton
        icon="back"
        label={text("reader.findPrevious")}
        isDisabled={!has}
        onPress={() => onStep(-1)}
      />
      <IconButton icon="next" label={text("reader.findNext")} isDisabled={!has} onPress={() => onStep(1)} />
      <IconButton icon="close" label={text("reader.findClose")} onPress={() => onOpen(false)} />
    </search>
  );
}
