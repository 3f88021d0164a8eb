/** Join codes: short enough to write on a board, without characters that are taken for one another. */

/** No 0 and O, 1, I and L, no U that is read as V: thirty characters. */
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeLength = 8;
/** Bytes from here on would make the first characters of the alphabet more frequent than the last. */
const byteLimit = 256 - (256 % alphabet.length);

/** A fresh code, as it is stored: about 6.5e11 of them, each as likely as the other. */
export function newJoinCode(random: (count: number) => Uint8Array): string {
  let code = "";
  while (code.length < codeLength)
    for (const byte of random(codeLength))
      if (byte < byteLimit && code.length < codeLength) code += alphabet.charAt(byte % alphabet.length);
  return code;
}

/** A code as people see it: `ABCD-2345`. */
export function showJoinCode(stored: string): string {
  return `${stored.slice(0, codeLength / 2)}-${stored.slice(codeLength / 2)}`;
}

/** What somebody typed, as codes are stored: in capitals, without blanks and hyphens. */
export function readJoinCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s\p{Pd}]/gu, "");
}
