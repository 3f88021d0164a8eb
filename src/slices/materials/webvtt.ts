/** Whether a text is captions in WebVTT, as browsers take them, and what is wrong with it. Pure. */

const timestamp = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/;
const arrow = /^(\S+)[ \t]+-->[ \t]+(\S+)(?:[ \t]+\S.*)?$/;

/** The number of cues, or what is wrong and in which line. */
export function readWebVtt(
  text: string,
): { readonly cues: number } | { readonly line: number; readonly message: string } {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  if (!/^WEBVTT(?:[ \t].*)?$/.test(lines[0] ?? ""))
    return { line: 1, message: "The first line must be WEBVTT." };
  let cues = 0;
  for (const [at, line] of lines.entries()) {
    if (!line.includes("-->")) continue;
    const [, from = "", to = ""] = arrow.exec(line.trim()) ?? [];
    const [begin, end] = [millisecondsOf(from), millisecondsOf(to)];
    if (begin === null || end === null)
      return { line: at + 1, message: "Times are written like 00:01:02.500 --> 00:01:04.000." };
    if (end <= begin) return { line: at + 1, message: "This caption ends before it begins." };
    cues++;
  }
  if (cues === 0) return { line: lines.length, message: "There is no caption in this file." };
  return { cues };
}

function millisecondsOf(text: string): number | null {
  const match = timestamp.exec(text);
  if (match === null) return null;
  const [, hours = "0", minutes = "", seconds = "", rest = ""] = match;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(rest);
}
