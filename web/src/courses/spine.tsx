/** How a course is recognised at a glance: a hue and a row of arches, always the same for the same code. */
import "./courses.css";

const hues = 6;

/** Which of the course hues (`--hue-0` … `--hue-5`) belongs to `code`. */
export function hueOf(code: string): number {
  return numberOf(code) % hues;
}

/** The band on a course's card: arches whose widths and heights follow from its code. */
export function Spine({ code }: { readonly code: string }) {
  const seed = numberOf(code);
  const rings = 2 + (seed % 3);
  const width = [40, 56, 72][(seed >> 3) % 3] ?? 56;
  const count = Math.ceil(320 / width) + 1;
  const arches = Array.from({ length: count }, (_, at) => {
    const x = at * width - (seed % width);
    return Array.from({ length: rings }, (_ring, ring) => {
      const inset = ring * (width / (rings * 2.4));
      const radius = width / 2 - inset;
      return `M${x + inset} 80V${34 + inset + (at % 2) * 10}a${radius} ${radius} 0 0 1 ${radius * 2} 0V80`;
    }).join("");
  });
  return (
    <div className="spine" data-hue={hueOf(code)}>
      <svg viewBox="0 0 320 80" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
        <path d={arches.join("")} />
      </svg>
      <span>{code}</span>
    </div>
  );
}

function numberOf(code: string): number {
  let sum = 7;
  for (const letter of code) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 99_991;
  return sum;
}
