/**
 * The text of a draft, saved on the server as one goes. What is not there yet lies in this browser, so that neither a lost
 * network nor a closed window loses it; what another window or device has written meanwhile is shown, never overwritten.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { CallError, command, read } from "../client.ts";
import type { MySubmission } from "../contract.ts";

type Draft = MySubmission["draft"];
export type SaveState = "saved" | "waiting" | "saving" | "offline" | "refused";

const pauseMs = 1_200;
const retryMs = 5_000;

export interface DraftText {
  readonly text: string;
  readonly state: SaveState;
  readonly savedAt: number | null;
  /** What the other window wrote, while the two differ. */
  readonly theirs: string | null;
  readonly error: unknown;
  readonly write: (text: string) => void;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
  /** Saves at once what is waiting; gives the draft as the server has it then. */
  readonly flush: () => Promise<Draft | null>;
}

export function useDraftText(assignmentId: string, draft: Draft): DraftText {
  const queries = useQueryClient();
  const place = `lyceum-draft:assignment:${assignmentId}`;
  const [text, setText] = useState(() => localStorage.getItem(place) ?? draft.text);
  const [state, setState] = useState<SaveState>(() => (text === draft.text ? "saved" : "waiting"));
  const [theirs, setTheirs] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  // What the server last had, as far as this window knows.
  const server = useRef(draft);
  const latest = useRef(text);

  useEffect(() => {
    if (draft.version <= server.current.version) return;
    const isUntouched = latest.current === server.current.text;
    const isChanged = draft.text !== server.current.text && draft.text !== latest.current;
    server.current = draft;
    if (isUntouched) {
      latest.current = draft.text;
      setText(draft.text);
    } else if (isChanged) setTheirs(draft.text);
  }, [draft]);

  function write(next: string) {
    latest.current = next;
    setText(next);
    localStorage.setItem(place, next);
    setState("waiting");
  }

  async function save(): Promise<Draft | null> {
    const sent = latest.current;
    if (sent === server.current.text) {
      localStorage.removeItem(place);
      setState("saved");
      return server.current;
    }
    setState("saving");
    try {
      const { version } = server.current;
      server.current = await command("assignments.saveDraft", { assignmentId, text: sent, version });
      setError(null);
      if (latest.current === sent) {
        localStorage.removeItem(place);
        setState("saved");
      } else setState("waiting");
      await queries.invalidateQueries({ queryKey: ["assignments.getMySubmission", { assignmentId }] });
      return server.current;
    } catch (failure) {
      if (failure instanceof CallError && failure.status === 409) return meet();
      setError(failure);
      setState(failure instanceof CallError && failure.isPassing ? "offline" : "refused");
      return null;
    }
  }

  /** Somebody else was here: where only files have changed it is saved again, else both texts are shown. */
  async function meet(): Promise<Draft | null> {
    const { draft: newest } = await read("assignments.getMySubmission", { assignmentId });
    const isSameText = newest.text === server.current.text;
    server.current = newest;
    if (isSameText) return save();
    setTheirs(newest.text);
    setState("waiting");
    return null;
  }

  const saveRef = useRef(save);
  saveRef.current = save;
  useEffect(() => {
    if (theirs !== null || (state !== "waiting" && state !== "offline")) return;
    const timer = setTimeout(() => void saveRef.current(), state === "offline" ? retryMs : pauseMs);
    return () => clearTimeout(timer);
  }, [text, state, theirs]);

  return {
    text,
    state,
    savedAt: server.current.savedAt,
    theirs,
    error,
    write,
    keepMine() {
      setTheirs(null);
      setState("waiting");
    },
    takeTheirs() {
      write(theirs ?? "");
      setTheirs(null);
    },
    flush: () => (theirs === null ? save() : Promise.resolve(null)),
  };
}
