/** What a grader has typed for one submission, kept in this browser until it is saved. */
import { useState } from "react";
import type { SubmittedWork } from "../contract.ts";

export interface GradeDraft {
  readonly points: string;
  readonly feedback: string;
  /** The version of the submission that was looked at when this was typed. */
  readonly version: number;
}

const prefix = "lyceum-grade:";

export function savedGrade({ grade, version }: SubmittedWork): GradeDraft {
  return { points: grade ? String(grade.points) : "", feedback: grade?.feedback ?? "", version };
}

/** The draft and whether it differs from what is saved; how to change it, and how to begin again from what is saved. */
export function useGradeDraft(work: SubmittedWork) {
  const key = prefix + work.submissionId;
  const [draft, setDraft] = useState<GradeDraft>(() => kept(key) ?? savedGrade(work));
  const [isDirty, setDirty] = useState(() => kept(key) !== null);

  function change(part: Partial<GradeDraft>) {
    const next = { ...draft, ...part };
    setDraft(next);
    setDirty(true);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // A full or forbidden storage keeps no drafts; the text stands in the field all the same.
    }
  }

  function settle(saved: SubmittedWork) {
    setDraft(savedGrade(saved));
    setDirty(false);
    localStorage.removeItem(key);
  }
  return { draft, isDirty, change, settle };
}

function kept(key: string): GradeDraft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<GradeDraft> | null;
    const { points, feedback, version } = draft ?? {};
    return typeof points === "string" && typeof feedback === "string" && typeof version === "number"
      ? { points, feedback, version }
      : null;
  } catch {
    return null;
  }
}

/** The number that was typed, with a decimal point or comma; null when it is none that may be given. */
export function pointsOf(typed: string, max: number): number | null {
  const plain = typed.trim().replace(",", ".");
  if (!/^\d{1,5}(\.\d{0,2})?$/.test(plain)) return null;
  const points = Number(plain);
  return points <= max ? points : null;
}
