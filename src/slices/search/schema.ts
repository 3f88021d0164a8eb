/** What search says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { CourseName, courseIdField } from "#slices/courses/api.ts";

export const textLengthMax = 300;
/** A text that is being written, to which similar ones are looked for; more of it is not looked at. */
export const draftLengthMax = 2_000;
/** Hits that one search looks at; whoever wants more had better use rarer words. */
export const hitsMax = 400;
/** Places that are shown of one result. */
export const placesMax = 3;
export const similarMax = 8;
/** How long a search waits for the index, when it is asked to. */
export const waitMsMax = 3_000;

export const resultKinds = ["course", "material", "assignment", "announcement", "query"] as const;
export const ResultKind = z.enum(resultKinds).meta({ id: "ResultKind" });
export type ResultKind = z.output<typeof ResultKind>;

export const textField = z
  .string()
  .max(textLengthMax)
  .regex(/\S/, "Type at least one word.")
  .meta({ description: 'Words that must all occur; "words in quotation marks" must stand together.' });
export const kindsField = z
  .array(ResultKind)
  .min(1)
  .max(resultKinds.length)
  .optional()
  .meta({ description: "Only results of these kinds." });
export const inCourseField = courseIdField.optional().meta({ description: "Only results of this course." });

/** Where in a result the words stand, and the lines around them. */
export const Place = z
  .object({
    page: z.int().nullable().meta({ description: "The page of a PDF, from 1; null for anything else." }),
    heading: z.string().nullable().meta({ description: "The heading above it, where there is one." }),
    headingNumber: z.int().nullable().meta({ description: "Which heading of the text that is, from 1." }),
    answerId: z.string().nullable().meta({ description: "The answer to a query in which it stands." }),
    excerpt: z.array(z.object({ text: z.string(), isHit: z.boolean() }).meta({ id: "ExcerptPiece" })).meta({
      description: "Plain text in pieces, the words that were found marked.",
    }),
  })
  .meta({ id: "Place" });
export type Place = z.output<typeof Place>;

export const SearchResult = z
  .object({
    kind: ResultKind,
    sourceId: z
      .string()
      .meta({ description: "The id of the course, material, assignment, announcement or query." }),
    course: CourseName,
    title: z.string(),
    places: z.array(Place),
  })
  .meta({ id: "SearchResult" });
export type SearchResult = z.output<typeof SearchResult>;

/** How far the index of the node that answers has come. */
export const IndexProgress = z
  .object({
    isCurrent: z.boolean().meta({ description: "Whether it holds all that has happened so far." }),
    isReading: z.boolean().meta({ description: "Whether the text of files is still being read." }),
  })
  .meta({ id: "IndexProgress" });
