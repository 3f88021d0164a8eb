/** A mail as its reader sees it, near enough to look for words in: headers and bodies freed from what mail wraps them in. */

/** RFC 2047: `=?utf-8?Q?Zo=C3=AB?=`; blanks between two of them are not part of the text. */
const encodedWord = /=\?utf-8\?([qb])\?([^?]*)\?=(?:\s+(?==\?))?/gi;
/** A run of lines that can only be base64. */
const base64Lines = /(?:^[A-Za-z0-9+/]{60,76}={0,2}\r?\n)*^[A-Za-z0-9+/]+={0,2}$/gm;

/** The message as it is, then with everything in it decoded. */
export function readableMail(message: Buffer): string {
  const raw = message.toString("utf8");
  const headers = raw
    .replaceAll(/\r?\n[ \t]/g, " ")
    .replaceAll(encodedWord, (_all, kind: string, text: string) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(text, "base64").toString("utf8")
        : quotedPrintable(text.replaceAll("_", " ")),
    );
  const bodies = [...raw.matchAll(base64Lines)].map(([lines]) =>
    Buffer.from(lines, "base64").toString("utf8"),
  );
  return [raw, headers, quotedPrintable(raw), ...bodies].join("\n");
}

/** RFC 2045: `=C3=AB` is a byte each, `=` at the end of a line joins it with the next. */
function quotedPrintable(text: string): string {
  const bytes: number[] = [];
  const joined = Buffer.from(text.replaceAll(/=\r?\n/g, ""));
  for (let at = 0; at < joined.length; at++) {
    const hex = joined[at] === 0x3d ? joined.toString("latin1", at + 1, at + 3) : "";
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else bytes.push(joined[at] as number);
  }
  return Buffer.from(bytes).toString("utf8");
}
