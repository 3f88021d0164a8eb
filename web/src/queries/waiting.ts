/** How long somebody has waited, in the largest unit that fits. */
import { locale } from "../ui/text.ts";

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
] as const;

/** "3 days", "5 hours", "1 minute"; never less than a minute, whatever the two clocks say. */
export function waitingText(since: number, now = Date.now()): string {
  const elapsed = now - since;
  const [unit, size] = units.find(([, length]) => elapsed >= length) ?? (["minute", 60_000] as const);
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(
    Math.max(1, Math.floor(elapsed / size)),
  );
}
