/** A line of text as inputs take it: something visible in it, nothing that breaks the line. */
import { z } from "zod";

export function lineField(lengthMax: number, description: string) {
  return z
    .string()
    .min(1, { abort: true })
    .max(lengthMax)
    .regex(/\S/, "This must not be blank.")
    .regex(/^\P{Cc}*$/u, "This must be one line, without control characters.")
    .meta({ description });
}
