/** Points and percentages as people read them. */
import { locale } from "../ui/text.ts";

const points = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });

export const pointsText = (value: number): string => points.format(value);
/** `value` of a hundred. */
export const percentText = (value: number): string => percent.format(value / 100);
