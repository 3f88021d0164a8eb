/** Points as people write them, and as whole hundredths, in which they are stored and compared. */

/** Points with at most two decimals, in hundredths; exact, whatever binary fractions make of 0.29. */
export function toHundredths(points: number): number {
  return Math.round(points * 100);
}

export function fromHundredths(hundredths: number): number {
  return hundredths / 100;
}

/** Whether a number has at most two decimals, as it is written. */
export function hasTwoDecimals(points: number): boolean {
  return toHundredths(points) / 100 === points;
}
