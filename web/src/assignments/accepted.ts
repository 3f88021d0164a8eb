/** What an assignment takes, in words and as a file dialog understands it. */
import type { Assignment } from "../contract.ts";
import { bytesText } from "../ui/pieces.tsx";
import type { text as textOf } from "../ui/text.ts";

const endingsOfKind: Readonly<Record<Assignment["acceptedKinds"][number], readonly string[]>> = {
  pdf: [".pdf"],
  png: [".png"],
  jpeg: [".jpg", ".jpeg"],
  gif: [".gif"],
  webp: [".webp"],
  text: [".txt", ".md", ".csv"],
  document: [".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"],
  zip: [".zip"],
  epub: [".epub"],
  audio: [".mp3", ".ogg"],
  video: [".mp4", ".webm"],
};

/** Which files the dialog offers; nothing where any kind is taken, and for texts, which bear any ending. */
export function acceptOf({ acceptedKinds, acceptedEndings }: Assignment): readonly string[] {
  if (acceptedKinds.includes("text")) return [];
  return [
    ...acceptedKinds.flatMap((kind) => endingsOfKind[kind] ?? []),
    ...acceptedEndings.map((ending) => `.${ending}`),
  ];
}

export function takenText(assignment: Assignment, text: typeof textOf): string {
  const { acceptedKinds, acceptedEndings, fileBytesMax } = assignment;
  const names = [
    ...acceptedKinds.map((kind) => text(`assignments.kind.${kind}`)),
    ...acceptedEndings.map((ending) => `.${ending}`),
  ];
  const size = bytesText(fileBytesMax);
  return names.length === 0
    ? text("submit.takenAny", { size })
    : text("submit.taken", { names: names.join(", "), size });
}
