/** Cuts texts into places that can be opened by themselves: the sections of Markdown under their headings. */
import { type IndexEntry, plainText } from "#kernel/indexed-source.ts";

/** A section that is longer is cut into several entries, so that excerpts and ranking stay sharp. */
export const sectionLettersMax = 6_000;

/** The sections of a Markdown text, each with the number of its heading; fenced code holds no headings. */
export function sectionsOf(markdown: string): IndexEntry[] {
  const entries: IndexEntry[] = [];
  let number = 0;
  let heading = "";
  let lines: string[] = [];
  let fence: string | null = null;
  const close = () => {
    const place = number === 0 ? "" : `heading=${number}`;
    for (const body of pieces(plainText(lines.join("\n"))))
      entries.push({ place, title: "", heading: plainText(heading), body });
    // A heading is found too where nothing stands under it.
    if (heading !== "" && lines.every((line) => line.trim() === ""))
      entries.push({ place, title: "", heading: plainText(heading), body: "" });
    lines = [];
  };
  for (const line of markdown.replaceAll("\r\n", "\n").split("\n")) {
    const mark: string | undefined = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === null || line.trim().startsWith(fence)))
      fence = fence === null ? mark : null;
    const found = fence === null ? /^#{1,6}\s+(.*?)\s*#*$/.exec(line) : null;
    if (found === null) lines.push(line);
    else {
      close();
      number++;
      heading = found[1] ?? "";
    }
  }
  close();
  return entries;
}

/** A plain text in pieces. */
export function piecesOf(text: string): IndexEntry[] {
  return pieces(text).map((body) => ({ place: "", title: "", heading: "", body }));
}

/** Cut at the end of a line or between words, where there is one. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let rest = text.trim();
  while (rest.length > sectionLettersMax) {
    const head = rest.slice(0, sectionLettersMax);
    const end = Math.max(head.lastIndexOf("\n"), head.lastIndexOf(" "));
    const cut = end > sectionLettersMax / 2 ? end : sectionLettersMax;
    found.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  if (rest !== "") found.push(rest);
  return found;
}
