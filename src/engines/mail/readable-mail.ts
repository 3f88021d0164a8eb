/** A mail as its reader sees it, near enough to look for words in: headers and bodies freed from what mail wraps them in. */

/** RFC 2047: `=?utf-8?Q?Zo=C3=AB?=`; blanks between two of them are not part of the text. */
const encodedWord = /=\?utf-8\?([qb])\?([^?]*)\?=(?:\s+(?==\?))?/gi;
/** A run of lines that can only be base64. */
const base64Lines = /(?:^[A-Za-z0-9+/]{60,76}={0,2}\r?\n)*^[A-Za-z0-9+/]+={0,2}$/gm;

/** The message with everything in it decoded: what is still encoded would break words apart. */
export function readableMail(message: Buffer): string {
  return message
    .toString("utf8")
    .split(/^(?=content-transfer-encoding:)/im)
    .map(readablePart)
    .join("\n");
}

function readablePart(part: string): string {
  const text = part
    .replaceAll(/\r?\n[ \t]/g, " ")
    .replaceAll(encodedWord, (_all, kind: string, word: string) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(word, "base64").toString("utf8")
        : quotedPrintable(word.replaceAll("_", " ")),
    );
  switch (/^content-transfer-encoding:\s*([\w-]+)/i.exec(part)?.[1]?.toLowerCase()) {
    case "quoted-printable":
      return quotedPrintable(text);
    case "base64":
      return text.replaceAll(base64Lines, (lines) => Buffer.from(lines, "base64").toString("utf8"));
    default:
      return text;
  }
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
