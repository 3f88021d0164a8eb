/** What lateness costs, and when a day of it begins, as a text to read: `testdata/late-policy.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { Temporal } from "temporal-polyfill";
import { type Command, runTranscript } from "#base/data-driven.ts";
import { type LatePolicy, reducedHundredths, reductionPercent, startedDaysLate } from "./late-policy.ts";
import { fromHundredths, toHundredths } from "./points.ts";

test("what lateness costs", () => {
  runTranscript(join(import.meta.dirname, "testdata", "late-policy.txt"), (command) => {
    const timeZone = command.optional("zone") ?? "Europe/Berlin";
    const due = command.optional("due");
    const lateness = {
      timeZone,
      dueAt: due === null ? null : instantOf(due, timeZone),
      receivedAt: instantOf(command.arg("at"), timeZone),
    };
    if (command.verb === "days") return String(startedDaysLate(lateness));
    const raw = toHundredths(Number(command.arg("points")));
    const policy = policyOf(command);
    const percent = reductionPercent(policy, lateness);
    return `-${percent} %: ${fromHundredths(reducedHundredths(raw, policy, lateness))} points`;
  });
});

function policyOf(command: Command): LatePolicy {
  return {
    kind: command.verb as LatePolicy["kind"],
    percent: Number(command.optional("percent") ?? 0),
    floorPercent: Number(command.optional("floor") ?? 0),
  };
}

/** `2026-10-24T23:59` as the course's clock shows it, or an instant with its offset. */
function instantOf(text: string, timeZone: string): number {
  return /[Z+]/.test(text)
    ? Temporal.Instant.from(text).epochMilliseconds
    : Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds;
}
