/** What a grader has typed and chosen for one submission, kept in this browser from key to key until it is saved. */
import { useState } from "react";
import type { SubmittedWork } from "../contract.ts";

export interface ChosenLevel {
  readonly levelId: string;
  readonly note: string;
}

export interface GradeDraft {
  readonly points: string;
  /** By the criterion's id. */
  readonly levels: Readonly<Record<string, ChosenLevel>>;
  readonly feedback: string;
  /** Why the grade is another one now. */
  readonly reason: string;
  /** The version of the submission that was looked at when this was typed. */
  readonly version: number;
}

const prefix = "lyceum-grade:";

export function savedGrade({ grade, version }: SubmittedWork): GradeDraft {
  return {
    points: grade ? String(grade.rawPoints) : "",
    levels: Object.fromEntries(
      (grade?.levels ?? []).map(({ criterionId, levelId, note }) => [criterionId, { levelId, note }]),
    ),
    feedback: grade?.feedback ?? "",
    reason: "",
    version,
  };
}

/** The draft and whether it differs from what is saved; how to change it, and how to begin again from what is saved. */
export function useGradeDraft(work: SubmittedWork, saved: GradeDraft = savedGrade(work)) {
  const key = prefix + work.submissionId;
  const [draft, setDraft] = useState<GradeDraft>(() => kept(key) ?? saved);
  const [isDirty, setDirty] = useState(() => kept(key) !== null);

  function change(part: Partial<GradeDraft>) {
    const next = { ...(isDirty ? draft : saved), ...part };
    setDraft(next);
    setDirty(true);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // A full or forbidden storage keeps no drafts; the text stands in the field all the same.
    }
  }

  function settle(next: GradeDraft) {
    setDraft(next);
    setDirty(false);
    localStorage.removeItem(key);
  }
  return { draft: isDirty ? draft : saved, isDirty, change, settle };
}

function kept(key: string): GradeDraft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<GradeDraft> | null;
    const { points, feedback, version, levels = {}, reason = "" } = draft ?? {};
    return typeof points === "string" && typeof feedback === "string" && typeof version === "number"
      ? { points, feedback, version, levels, reason }
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
