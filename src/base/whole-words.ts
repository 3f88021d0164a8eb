/** Names and addresses as they stand in texts: as whole words, in whatever script. */

/** Scripts that put no spaces between words, and Korean, which joins titles and particles to names. */
const unspaced = ["Han", "Hiragana", "Katakana", "Bopomofo", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => `\\p{scx=${script}}`)
  .join("");
const spacedLetter = `[[\\p{L}\\p{M}\\p{N}]--[${unspaced}]]`;
const [startsSpaced, endsSpaced] = [new RegExp(`^${spacedLetter}`, "v"), new RegExp(`${spacedLetter}$`, "v")];
const startsArabic = /^\p{scx=Arabic}/v;
/** `and`, `so`, `with`, `to` and `like` are one letter, which Arabic joins to the word after it. */
const arabicParticle = "[وفبلك]";

/** Marks over and under letters of scripts that are mostly written without them, and a stroke that only stretches. */
export const optionalMarks = /[\u0591-\u05c7\u0640\u064b-\u065f\u0670]/g;

/** Whether the name or address stands somewhere in a text: no part of a longer word, `Ann` is not in `Annual`. */
export function wholeWord(word: string): (text: string) => boolean {
  const wanted = folded(word);
  if (wanted === "") return () => false;
  const pattern = wanted.includes("@") ? addressPattern(wanted) : namePattern(wanted);
  return (text) => pattern.test(folded(text));
}

/** As it is written: a `Will` is not in every sentence with a verb. */
function namePattern(name: string): RegExp {
  const particle = startsArabic.test(name) ? `${arabicParticle}?` : "";
  const before = startsSpaced.test(name) ? `(?<!${spacedLetter})${particle}` : "";
  const after = endsSpaced.test(name) ? `(?!${spacedLetter})` : "";
  return new RegExp(`${before}${literal(name)}${after}`, "v");
}

/** An address may stand among other words, `Ada <ada@school.example>`, or at the end of a sentence. */
function addressPattern(address: string): RegExp {
  return new RegExp(
    `(?<![\\p{L}\\p{N}._%+\\-])${literal(address)}(?![\\p{L}\\p{N}]|[.\\-][\\p{L}\\p{N}])`,
    "iv",
  );
}

function folded(text: string): string {
  return text.normalize("NFKC").replace(optionalMarks, "").replaceAll(/\s+/gu, " ").trim();
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
