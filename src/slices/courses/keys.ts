/** Codes and terms in the form that can be compared: two spellings of one course must not make two courses. */

/** `astro-101 ` and `ASTRO–101` are one code: folded case, single blanks, plain hyphens. */
export function foldKey(text: string): string {
  return cleanLine(text)
    .normalize("NFKC")
    .replaceAll(/\p{Pd}/gu, "-")
    .toUpperCase()
    .toLowerCase();
}

/** A line as it is shown: without blanks around it and with single ones inside. */
export function cleanLine(text: string): string {
  return text.normalize("NFC").trim().replaceAll(/\s+/gu, " ");
}
