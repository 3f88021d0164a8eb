/** Files on their way: how far each is, with pause, going on, giving up and trying again. */

import { Button, IconButton } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { bytesText } from "../ui/pieces.tsx";
import { ProgressBar } from "../ui/progress.tsx";
import { locale, type text as textOf, useText } from "../ui/text.ts";
import type { UploadItem, UploadQueue } from "./upload-queue.ts";
import "./messages.ts";
import "./materials.css";

export interface UploadListProps {
  readonly queue: UploadQueue;
  readonly items: readonly UploadItem[];
}

export function UploadList({ queue, items }: UploadListProps) {
  const text = useText();
  const settled = items.filter(({ state }) => state === "done" || state === "failed").at(-1);
  return (
    <>
      <p className="visually-hidden" role="status">
        {settled &&
          text(settled.state === "done" ? "upload.announceDone" : "upload.announceFailed", {
            name: settled.file.name,
          })}
      </p>
      {items.length > 0 && (
        <ul className="list" aria-label={text("upload.list")}>
          {items.map((item) => (
            <UploadRow key={item.id} item={item} queue={queue} />
          ))}
        </ul>
      )}
      {items.some(({ state }) => state === "sending" || state === "paused") && (
        <p className="faint">{text("upload.leaveHint")}</p>
      )}
    </>
  );
}

function UploadRow({ item, queue }: { readonly item: UploadItem; readonly queue: UploadQueue }) {
  const text = useText();
  const { id, file, state, sent } = item;
  const name = file.name;
  const isOver = state === "done" || state === "failed";
  return (
    <li>
      <div className="grow stack-tight">
        {isOver ? (
          <p className="row">
            <Icon name={state === "done" ? "check" : "warn"} />
            <span className="item-title">{name}</span>
            <span className="faint">{text(state === "done" ? "upload.done" : "upload.failed")}</span>
          </p>
        ) : (
          <ProgressBar
            label={name}
            percent={file.size === 0 ? 100 : (sent / file.size) * 100}
            detail={detailOf(item, text)}
          />
        )}
        {item.isResumed && state === "sending" && <p className="faint">{text("upload.resumed")}</p>}
        {state === "failed" && <ErrorNotice error={item.error} />}
      </div>
      <div className="row">
        {state === "sending" && (
          <IconButton icon="pause" label={text("upload.pause", { name })} onPress={() => queue.pause(id)} />
        )}
        {state === "paused" && (
          <IconButton icon="play" label={text("upload.resume", { name })} onPress={() => queue.resume(id)} />
        )}
        {state === "failed" && <Button onPress={() => queue.resume(id)}>{text("upload.retry")}</Button>}
        {state !== "checking" && (
          <IconButton
            icon="close"
            label={text(state === "done" ? "upload.dismiss" : "upload.cancel", { name })}
            onPress={() => (state === "done" ? queue.dismiss(id) : queue.cancel(id))}
          />
        )}
      </div>
    </li>
  );
}

function detailOf({ state, sent, file, secondsLeft }: UploadItem, text: typeof textOf): string {
  const sizes = { sent: bytesText(sent), total: bytesText(file.size) };
  if (state === "waiting") return text("upload.waiting");
  if (state === "paused") return text("upload.paused", sizes);
  if (state === "checking") return text("upload.checking");
  const progress = text("upload.progress", sizes);
  return secondsLeft === null
    ? progress
    : text("upload.timeLeft", { progress, time: durationText(secondsLeft) });
}

function durationText(seconds: number): string {
  const unit = seconds < 90 ? "second" : "minute";
  const value = unit === "second" ? seconds : Math.round(seconds / 60);
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(value);
}
