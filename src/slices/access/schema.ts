/** The nouns of access. All instants are milliseconds UTC. */
import { z } from "zod";
import { operationFor } from "#kernel/operation.ts";
import { acts } from "#kernel/things.ts";

/** Operations over no tables of their own: they ask the policies of the other slices. */
export const operation = operationFor<Record<never, never>>();

export const operationNameLengthMax = 200;
export const inputLengthMax = 20_000;

/** The kinds of things that somebody may ask about. */
export const askedKinds = ["course", "material", "assignment", "submission", "query", "person"] as const;
export const kindField = z
  .enum(askedKinds)
  .meta({ id: "ThingKind", description: "What kind of thing it is. `submission`: somebody's work." });
export const idField = z.uuid().meta({ description: "The id of the thing, as its address shows it." });
export const personIdField = z.uuid().meta({ description: "The id of the person." });

const actField = z.enum(acts).meta({ id: "Act", description: "What somebody may want to do with a thing." });

export const Thing = z
  .object({
    kind: z.string(),
    id: z.string(),
    title: z.string(),
    courseId: z.string().nullable().meta({ description: "The course that it is in; null for the school's." }),
  })
  .meta({ id: "Thing" });

export const DecidedAct = z
  .object({
    act: actField.nullable().meta({ description: "Null where an operation was asked about by its name." }),
    allowed: z.boolean(),
    reason: z
      .string()
      .nullable()
      .meta({ description: "What the person is told instead; null where allowed." }),
    rule: z.string().meta({ description: "Who may, in words." }),
    operation: z.string().meta({ description: "The operation whose policy decided." }),
  })
  .meta({ id: "DecidedAct" });
export type DecidedAct = z.output<typeof DecidedAct>;

export const DecidedRule = z
  .object({
    act: actField.nullable(),
    rule: z.string(),
    allowed: z.boolean(),
    reason: z.string().nullable(),
  })
  .meta({ id: "DecidedRule" });
export type DecidedRule = z.output<typeof DecidedRule>;

export const FoundFact = z
  .object({
    about: z.string().meta({ description: "The kind of the thing: `person`, `course`, `material`." }),
    title: z.string().meta({ description: "What it is called; its id where it has no name." }),
    fact: z.string().meta({ description: "What was looked at: `role`, `published`, `enrolledAt`." }),
    found: z.string().nullable().meta({ description: "`yes`, `no`, a word; null where there is none." }),
    foundAt: z.int().nullable().meta({ description: "The instant, where it is one." }),
    id: z.string(),
  })
  .meta({ id: "FoundFact" });
export type FoundFact = z.output<typeof FoundFact>;

export const Explanation = z
  .object({
    person: z
      .object({ personId: z.string(), name: z.string(), roles: z.string(), active: z.boolean() })
      .meta({ id: "AskedPerson" }),
    thing: Thing.nullable(),
    acts: z.array(DecidedAct),
    rules: z.array(DecidedRule).meta({ description: "Where a rule is made of others: what each came to." }),
    facts: z.array(FoundFact),
  })
  .meta({ id: "Explanation" });
export type Explanation = z.output<typeof Explanation>;
