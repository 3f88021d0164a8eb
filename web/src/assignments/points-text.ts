/** Points as people read them. */
import { locale } from "../ui/text.ts";

export function pointsText(points: number): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(points);
}
