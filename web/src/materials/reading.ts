/** Keeping where somebody is in a material while they read it: now and then, and when they leave. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { command } from "../client.ts";

const keptEveryMs = 4_000;

export interface ReadingKeeper {
  /** The page, or the second of a recording, that the reader is at. */
  readonly at: (place: number) => void;
  readonly finished: () => void;
}

/** Tells the school of the reading. What fails to be told is told with the next step; nobody is disturbed by it. */
export function useReading(about: {
  readonly materialId: string;
  readonly revision: number;
  readonly isKept: boolean;
}): ReadingKeeper {
  const { materialId, revision, isKept } = about;
  const queries = useQueryClient();
  const state = useRef({ place: null as number | null, finished: false, told: "" });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const keeper = useRef({
    tell: async () => {},
    soon: () => {
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        void keeper.current.tell();
      }, keptEveryMs);
    },
  });
  keeper.current.tell = async () => {
    const { place, finished, told } = state.current;
    const now = `${place} ${finished}`;
    if (!isKept || told === now) return;
    state.current.told = now;
    try {
      await command("materials.recordReading", { materialId, revision, place, finished });
      if (finished) await queries.invalidateQueries({ queryKey: ["materials.getMaterial"] });
      await queries.invalidateQueries({ queryKey: ["materials.getCourseContents"], refetchType: "none" });
      await queries.invalidateQueries({ queryKey: ["materials.listRecentReading"], refetchType: "none" });
    } catch {
      state.current.told = "";
    }
  };

  useEffect(() => {
    const { current } = keeper;
    void current.tell();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      void current.tell();
    };
  }, []);

  return {
    at: (place) => {
      state.current.place = place;
      keeper.current.soon();
    },
    finished: () => {
      if (state.current.finished) return;
      state.current.finished = true;
      void keeper.current.tell();
    },
  };
}
