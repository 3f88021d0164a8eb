/** A text that somebody has begun, kept in this browser until it is sent, so that a closed page loses nothing. */
import { useState } from "react";

const prefix = "lyceum-draft:";

/** The draft, how to change it, and how to forget it once it is sent. */
export function useDraft(name: string): readonly [string, (draft: string) => void, () => void] {
  const key = prefix + name;
  const [draft, setDraft] = useState(() => localStorage.getItem(key) ?? "");

  function change(next: string) {
    setDraft(next);
    try {
      if (next === "") localStorage.removeItem(key);
      else localStorage.setItem(key, next);
    } catch {
      // A full or forbidden storage keeps no drafts; the text stands in the field all the same.
    }
  }
  return [draft, change, () => change("")];
}
