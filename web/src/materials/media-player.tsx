/** Sound and video with the browser's own controls, captions, and a choice of speed. Goes on where it was left. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { read } from "../client.ts";
import type { Material } from "../contract.ts";
import { Loaded } from "../frame/loaded.tsx";
import { atNode } from "../nodes.ts";
import { Select } from "../ui/choices.tsx";
import { Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";
import "./reader.css";

const speeds = ["0.75", "1", "1.25", "1.5", "2"] as const;
type Speed = (typeof speeds)[number];
const addressesMax = 5;
const seekSeconds = 5;

/** What each key does with the recording; a number is a step of its speed. */
const keys: Readonly<Record<string, (recording: HTMLMediaElement) => number | undefined>> = {
  " ": (recording) => {
    if (recording.paused) void recording.play();
    else recording.pause();
    return undefined;
  },
  ArrowLeft: (recording) => {
    recording.currentTime = Math.max(0, recording.currentTime - seekSeconds);
    return undefined;
  },
  ArrowRight: (recording) => {
    recording.currentTime += seekSeconds;
    return undefined;
  },
  m: (recording) => {
    recording.muted = !recording.muted;
    return undefined;
  },
  c: (recording) => {
    const [shown] = [...recording.textTracks].filter(({ mode }) => mode === "showing");
    const [track = undefined] = recording.textTracks;
    if (shown !== undefined) shown.mode = "disabled";
    else if (track !== undefined) track.mode = "showing";
    return undefined;
  },
  "<": () => -1,
  ">": () => 1,
};

export interface MediaPlayerProps {
  readonly material: Material;
  readonly isVideo: boolean;
  readonly getUrl: () => Promise<string>;
  readonly startAt: number;
  readonly onPlace: (second: number) => void;
  readonly onEnd: () => void;
}

export function MediaPlayer({ material, isVideo, getUrl, startAt, onPlace, onEnd }: MediaPlayerProps) {
  const text = useText();
  const { materialId, revision, title, captions } = material;
  const [speed, setSpeed] = useState<Speed>("1");
  // Addresses hold for an hour; a longer recording needs another one on its way.
  const [attempt, setAttempt] = useState(0);
  const position = useRef(startAt);
  const player = useRef<HTMLMediaElement>(null);
  const url = useQuery({
    queryKey: ["recording address", materialId, revision, attempt],
    queryFn: getUrl,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const tracks = useQueries({
    queries: captions.map(({ captionId }) => ({
      queryKey: ["captions address", captionId],
      staleTime: Number.POSITIVE_INFINITY,
      queryFn: async () => atNode((await read("materials.getCaptions", { materialId, captionId })).url),
    })),
  });
  const Recording = isVideo ? "video" : "audio";
  function choose(next: Speed) {
    setSpeed(next);
    if (player.current) player.current.playbackRate = Number(next);
  }
  function onKey(event: KeyboardEvent) {
    const recording = player.current;
    // A button or a list that has the focus keeps its own keys.
    const isElsewhere = event.target !== recording && event.target !== event.currentTarget;
    if (recording === null || isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    const step = act(recording);
    if (step === undefined) return;
    const next = speeds[speeds.indexOf(speed) + step];
    if (next !== undefined) choose(next);
  }
  return (
    <section className="reader-body media-body" tabIndex={0} aria-label={title} onKeyDown={onKey}>
      {attempt >= addressesMax && (
        <Notice tone="danger" title={text("media.failed")}>
          <p>{text("media.failedHint")}</p>
        </Notice>
      )}
      <Loaded of={url}>
        {(address) => (
          <Recording
            ref={player as never}
            key={attempt}
            className="media-player"
            src={address}
            controls
            preload="metadata"
            aria-label={title}
            onLoadedMetadata={({ currentTarget }) => {
              if (position.current > 0 && position.current < currentTarget.duration - 5)
                currentTarget.currentTime = position.current;
              currentTarget.playbackRate = Number(speed);
              if (attempt > 0) void currentTarget.play().catch(() => {});
            }}
            onTimeUpdate={({ currentTarget }) => {
              if (currentTarget.currentTime < 1) return;
              position.current = currentTarget.currentTime;
              onPlace(Math.floor(currentTarget.currentTime));
            }}
            onEnded={onEnd}
            onError={() => setAttempt((count) => Math.min(count + 1, addressesMax))}
          >
            {captions.map(({ captionId, language, label }, index) => {
              const track = tracks[index]?.data;
              return track === undefined ? null : (
                <track
                  key={captionId}
                  kind="captions"
                  src={track}
                  srcLang={language}
                  label={label}
                  default={index === 0}
                />
              );
            })}
          </Recording>
        )}
      </Loaded>
      <div className="media-controls">
        <Select
          label={text("media.speed")}
          value={speed}
          onChange={choose}
          options={speeds.map((value) => ({ value, label: text("media.times", { speed: value }) }))}
        />
        {captions.length === 0 && <p className="faint">{text("media.noCaptions")}</p>}
        <p className="faint">{text("media.keys")}</p>
      </div>
    </section>
  );
}
