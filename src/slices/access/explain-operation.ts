/** The same question about any operation, for admins and those who write programs. */
import { z } from "zod";
import type { JsonObject } from "#base/json.ts";
import { invalidField } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { parseInput } from "#kernel/problems.ts";
import { explain, requirePerson } from "./explain.ts";
import { Explanation, inputLengthMax, operation, operationNameLengthMax, personIdField } from "./schema.ts";

/** Decides as the operation would for that person and that input, and does nothing. */
export const explainOperation = operation({
  name: "access.explainOperation",
  summary: "Explains whether a person may call an operation with an input, and why.",
  kind: "read",
  input: z.strictObject({
    personId: personIdField,
    operation: z
      .string()
      .max(operationNameLengthMax)
      .meta({ description: "The operation's name: materials.getMaterial." }),
    input: z
      .string()
      .max(inputLengthMax)
      .default("{}")
      .meta({ description: 'Its input as JSON: {"materialId":"…"}.' }),
  }),
  output: Explanation,
  policy: hasRole("admin"),
  underView: "closed",
  examples: [
    {
      summary: "May this person make courses?",
      input: {
        personId: "01890a5d-ac96-774b-bcce-b302099a8057",
        operation: "courses.listCourses",
        input: '{"view":"all"}',
      },
    },
  ],
  async handle({ input, db, now, slices }) {
    const asked = slices.flatMap((slice) => slice.operations).find(({ name }) => name === input.operation);
    if (asked === undefined)
      throw invalidField("operation", "There is no operation of this name. The reference lists them all.");
    const person = await requirePerson(db, input.personId);
    const one = {
      act: null,
      operation: asked,
      input: parseInput(asked.input, parsed(input.input)) as JsonObject,
    };
    return explain({ db, slices, now }, { person, thing: null, asked: [one] });
  },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidField("input", 'This must be JSON, like {"courseId":"…"}.');
  }
}
