/** Notices: what went wrong and what to do about it, read aloud when they appear. */
import type { ReactNode } from "react";
import { CallError } from "../client.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { type MessageKey, useText } from "./text.ts";

export interface NoticeProps {
  readonly tone?: "accent" | "warm" | "danger" | "good";
  readonly title?: string;
  readonly children?: ReactNode;
}

export function Notice({ tone = "accent", title, children }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={tone === "danger" ? "alert" : "status"}>
      {(tone === "danger" || tone === "warm") && <Icon name="warn" />}
      {tone === "good" && <Icon name="check" />}
      <div className="grow stack-tight">
        {title !== undefined && <p className="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

export interface ErrorNoticeProps {
  readonly error: unknown;
  /** Fields that say for themselves what is wrong with them. */
  readonly shownFields?: readonly string[];
  readonly onRetry?: () => void;
}

/** Says what a failed call means for the person; problems of fields that the page does not show are listed. */
export function ErrorNotice({ error, shownFields = [], onRetry }: ErrorNoticeProps) {
  const text = useText();
  if (error === null || error === undefined) return null;
  const failure = error instanceof CallError ? error : null;
  const problems = failure?.problems ?? [];
  const unshown = problems.filter(({ field }) => !shownFields.includes(field));
  if (problems.length > 0 && unshown.length === 0)
    return <Notice tone="danger" title={text("error.fields", { count: problems.length })} />;
  return (
    <Notice tone="danger" title={text(titleOf(failure))}>
      {failure !== null && failure.message !== "" && unshown.length === 0 && <p>{failure.message}</p>}
      {unshown.length > 0 && (
        <ul>
          {unshown.map(({ field, message }) => (
            <li key={`${field} ${message}`}>{field === "" ? message : `${field}: ${message}`}</li>
          ))}
        </ul>
      )}
      {failure?.requestId && failure.status >= 500 && (
        <p className="faint">{text("error.requestId", { id: failure.requestId })}</p>
      )}
      {onRetry && (
        <div>
          <Button onPress={onRetry}>{text("retry")}</Button>
        </div>
      )}
    </Notice>
  );
}

function titleOf(failure: CallError | null): MessageKey {
  if (failure === null) return "error.bug";
  if (failure.status === 0) return "error.offline";
  if (failure.isPassing) return "error.busy";
  switch (failure.status) {
    case 401:
      return "error.signedOut";
    case 403:
      return "error.forbidden";
    case 404:
      return "error.notFound";
    case 409:
      return "error.conflict";
    case 413:
    case 415:
      return "error.file";
    case 429:
      return "error.tooMany";
    default:
      return failure.status >= 500 ? "error.bug" : "error.refused";
  }
}
