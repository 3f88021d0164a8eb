/** The bounds of an import, and when somebody has to say how many accounts they are about to shut. */

export const importBytesMax = 32 * 1_024 * 1_024;
export const importRowsMax = 200_000;
/** An account is shut by its absence, so more than a few at once want a second look. */
export const deactivationsUnaskedMax = 20;
export const deactivationsUnaskedShareMax = 0.05;
/** How long the lines of an import are kept for its report. */
export const importRetentionMs = 90 * 24 * 3_600_000;

/** Whether so many deactivations have to be confirmed by their number. */
export function needsConfirmation(deactivations: number, activePeople: number): boolean {
  return (
    deactivations > deactivationsUnaskedMax ||
    (deactivations > 0 && deactivations > activePeople * deactivationsUnaskedShareMax)
  );
}
