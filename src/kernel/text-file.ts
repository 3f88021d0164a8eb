/** A text that an answer is: a calendar that programs fetch, say. Made from rows at the moment it is asked for. */
import { z } from "zod";

export const TextFile = z
  .object({
    fileName: z.string().meta({ description: "The name to save it under." }),
    mediaType: z.string().meta({ description: "What it is: `text/calendar`." }),
    text: z.string(),
  })
  .meta({ id: "TextFile" });
export type TextFile = z.output<typeof TextFile>;
