/**
 * The receipt of handed-in work: a short text that the student keeps, signed by the school. Whoever shows it later can
 * prove what was handed in and when, and nobody can make one up. Pure, but for the signature that is handed in.
 */

/** Signs a text with a key of the school that never leaves it; equal texts have equal signatures. */
export type Sign = (text: string) => string;

export interface ReceiptFacts {
  readonly submissionId: string;
  readonly assignmentId: string;
  readonly assignmentTitle: string;
  readonly attempt: number;
  readonly handedInBy: string;
  readonly receivedAt: number;
  readonly late: boolean;
  readonly files: readonly {
    readonly fileName: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
  readonly text: { readonly bytes: number; readonly sha256: string } | null;
}

const firstLine = "Lyceum receipt 1";
const signatureLine = /^Signature: ([\w-]+)$/;

/** The receipt with its signature as the last line. */
export function writeReceipt(facts: ReceiptFacts, sign: Sign): string {
  const lines = [
    firstLine,
    `Assignment: ${facts.assignmentTitle} (${facts.assignmentId})`,
    `Submission: ${facts.submissionId}`,
    `Attempt: ${facts.attempt}`,
    `Handed in by: ${facts.handedInBy}`,
    `Received: ${new Date(facts.receivedAt).toISOString()}`,
    `Late: ${facts.late ? "yes" : "no"}`,
    ...facts.files.map(
      ({ fileName, bytes, sha256 }) => `File: sha256 ${sha256}, ${bytes} bytes, ${fileName}`,
    ),
    ...(facts.text === null ? [] : [`Text: sha256 ${facts.text.sha256}, ${facts.text.bytes} bytes`]),
  ];
  const body = lines.join("\n");
  return `${body}\nSignature: ${sign(body)}\n`;
}

export interface GenuineReceipt {
  readonly submissionId: string;
  readonly attempt: number;
  readonly receivedAt: number;
}

/** What a receipt says, or null when the school did not give it, or not with these words. */
export function readReceipt(text: string, sign: Sign): GenuineReceipt | null {
  // Mail programs and editors change the ends of lines, and nothing else.
  const lines = text.replaceAll("\r\n", "\n").trim().split("\n");
  const signature = signatureLine.exec(lines.at(-1) ?? "")?.[1];
  const body = lines.slice(0, -1);
  if (signature === undefined || body[0] !== firstLine) return null;
  if (!isSame(sign(body.join("\n")), signature)) return null;
  const value = (name: string) =>
    body.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
  return {
    submissionId: value("Submission"),
    attempt: Number(value("Attempt")),
    receivedAt: Date.parse(value("Received")),
  };
}

/** Compares without telling by its time how much of a guess was right. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ (other.charCodeAt(at) || 0);
  return difference === 0;
}
