/** Small pieces: badge, avatar, skeleton, empty state, page head with its path, dates with their time zone. */
import { type ReactNode, useEffect, useRef } from "react";
import { Icon, type IconName } from "./icon.tsx";
import { locale, useText } from "./text.ts";

export type Tone = "accent" | "warm" | "good" | "danger";

export function Badge({ tone, children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className="badge" {...(tone ? { "data-tone": tone } : {})}>
      {children}
    </span>
  );
}

export function Avatar({ name }: { readonly name: string }) {
  const words = name.split(/\s+/u).filter((word) => word !== "");
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? "")][0] ?? "",
  );
  return (
    <span className="avatar" aria-hidden="true">
      {letters.join("").toLocaleUpperCase(locale)}
    </span>
  );
}

/** Stands for what is on its way; `lines` of roughly its size. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  const text = useText();
  return (
    <div className="stack" role="status">
      <span className="visually-hidden">{text("loading")}</span>
      {Array.from({ length: lines }, (_, line) => `${100 - line * 9}%`).map((inlineSize) => (
        <span key={inlineSize} className="skeleton" style={{ blockSize: "3.25rem", inlineSize }} />
      ))}
    </div>
  );
}

export interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What to do about it. */
  readonly hint: string;
  readonly children?: ReactNode;
}

export function EmptyState({ icon, title, hint, children }: EmptyStateProps) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <div className="stack-tight prose">
        <p className="notice-title">{title}</p>
        <p className="soft">{hint}</p>
      </div>
      {children}
    </div>
  );
}

export interface PageHeadProps {
  readonly title: string;
  readonly path?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly documentTitle?: string;
}

/** The head of every page: its one h1, which takes the focus when the page is opened, and the document's title. */
export function PageHead({ title, path, lead, actions, documentTitle }: PageHeadProps) {
  return (
    <header className="page-head">
      <div className="grow stack-tight">
        {path}
        <PageTitle title={title} {...(documentTitle === undefined ? {} : { documentTitle })} />
        {lead}
      </div>
      {actions && <div className="row">{actions}</div>}
    </header>
  );
}

let isFirstPage = true;

export function PageTitle(props: { readonly title: string; readonly documentTitle?: string }) {
  const { title, documentTitle } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The first page was opened by the browser, which begins at the top by itself.
    if (!isFirstPage) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
  useEffect(() => {
    document.title = `${documentTitle ?? title} · Lyceum`;
  }, [title, documentTitle]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  );
}

/** An instant as the reader's clock shows it, with the time zone; the exact value in the element for machines. */
export function DateTime({ at, dateOnly = false }: { readonly at: number; readonly dateOnly?: boolean }) {
  return <time dateTime={new Date(at).toISOString()}>{dateTimeText(at, dateOnly)}</time>;
}

export function dateTimeText(at: number, dateOnly = false): string {
  const dateParts = { day: "numeric", month: "short", year: "numeric" } as const;
  const parts = dateOnly
    ? dateParts
    : ({
        weekday: "short",
        ...dateParts,
        hour: "2-digit",
        minute: "2-digit",
        timeZoneName: "short",
      } as const);
  return new Intl.DateTimeFormat(locale, parts).format(at);
}

/**
 * How long ago or how soon, in the largest unit that fits. What is past counts in whole units, as waiting does; and no
 * "tomorrow" or "yesterday", since 30 hours may reach over two midnights.
 */
export function relativeText(at: number, now = Date.now()): string {
  const seconds = Math.round((at - now) / 1_000);
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const;
  for (const [unit, size] of units)
    if (Math.abs(seconds) >= size)
      return new Intl.RelativeTimeFormat(locale).format(
        seconds < 0 ? Math.ceil(seconds / size) : Math.round(seconds / size),
        unit,
      );
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(0, "minute");
}

export function bytesText(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  let size = bytes;
  let unit = 0;
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1_000;
    unit++;
  }
  const digits = size < 10 && unit > 0 ? 1 : 0;
  // "5 byte" is what the short form makes of bytes.
  const unitDisplay = unit === 0 ? "long" : "short";
  const options = {
    style: "unit",
    unit: units[unit] ?? "byte",
    unitDisplay,
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat(locale, options).format(size);
}
