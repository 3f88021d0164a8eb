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
  /** The version of the submission that was looked at when this was typed, and which attempt that was. */
  readonly version: number;
  readonly attempt: number;
}

const prefix = "lyceum-grade:";

export function savedGrade({ grade, version, attempt }: SubmittedWork): GradeDraft {
  return {
    points: grade ? String(grade.rawPoints) : "",
    levels: Object.fromEntries(
      (grade?.levels ?? []).map(({ criterionId, levelId, note }) => [criterionId, { levelId, note }]),
    ),
    feedback: grade?.feedback ?? "",
    reason: "",
    version,
    attempt,
  };
}

/** The draft and whether it differs from what is saved; how to change it, and how to begin again from what is saved. */
export function useGradeDraft(work: SubmittedWork, saved: GradeDraft = savedGrade(work)) {
  const key = prefix + work.submissionId;
  const [draft, setDraft] = useState<GradeDraft>(() => kept(key, work.attempt) ?? saved);
  const [isDirty, setDirty] = useState(() => kept(key, work.attempt) !== null);

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

/** What was left there; drafts of older releases do not say for which attempt, and count as for this one. */
function kept(key: string, attemptNow: number): GradeDraft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<GradeDraft> | null;
    const { points, feedback, version, levels = {}, reason = "", attempt = attemptNow } = draft ?? {};
    return typeof points === "string" && typeof feedback === "string" && typeof version === "number"
      ? { points, feedback, version, levels, reason, attempt }
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
