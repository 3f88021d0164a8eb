/** A time zone as inputs take it. */
import { z } from "zod";
import { isTimeZone } from "#base/time-zone.ts";

export const timeZoneLengthMax = 64;

/** The name of a time zone, for what goes by the clock on somebody's wall. */
export const timeZoneField = z
  .string()
  .min(1)
  .max(timeZoneLengthMax)
  .refine(isTimeZone, "This must be the name of a time zone, like Europe/Vienna or America/New_York.")
  .meta({ description: "The name of a time zone in the IANA's database, like Europe/Vienna." });
