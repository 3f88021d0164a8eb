/** What one student does with one assignment, and assignments with settings, for the tests of this slice. */
import type { BuiltCourse, Persona } from "../courses/fixtures.ts";
import { sendFile } from "../materials/fixtures.ts";
import { buildAssignment } from "./fixtures.ts";
import type { Assignment, Draft, MySubmission, MyTerms, SubmissionReceipt } from "./schema.ts";

interface Mine {
  readonly submission: MySubmission | null;
  readonly draft: Draft;
  readonly terms: MyTerms;
}

/** What one student does with one assignment. */
export function deskOf(built: BuiltCourse, { assignmentId }: Assignment, as: Persona = "student") {
  const person = built.people[as];
  const must = <Output>(name: string, input: object = {}) =>
    built.test.must<Output>(person.token, `assignments.${name}`, { assignmentId, ...input });
  const code = async (name: string, input: object = {}) => {
    const result = await built.test.call(person.token, `assignments.${name}`, { assignmentId, ...input });
    return "failure" in result ? `${result.failure.code}: ${result.failure.message}` : "done";
  };
  return {
    mine: () => must<Mine>("getMySubmission"),
    write: (text: string, version: number) => must<Draft>("saveDraft", { text, version }),
    add: async (fileName: string, bytes: Uint8Array | string = "Notes.\n") =>
      must<Draft>("addDraftFile", {
        uploadId: await sendFile(built, person, fileName, Buffer.from(bytes as string)),
      }),
    addCode: async (fileName: string, bytes: Uint8Array | string = "Notes.\n") =>
      code("addDraftFile", {
        uploadId: await sendFile(built, person, fileName, Buffer.from(bytes as string)),
      }),
    submit: (version: number) => must<SubmissionReceipt>("submitDraft", { version }),
    withdraw: (attempt: number) => must<Draft>("withdrawSubmission", { attempt }),
    must,
    code,
  };
}

/** An assignment of the built course, due in a day, with these settings; at version 2. */
export async function setting(built: BuiltCourse, changes: object): Promise<Assignment> {
  const assignment = await buildAssignment(built);
  const { assignmentId } = assignment;
  const input = { assignmentId, version: 1, ...changes };
  return built.test.must<Assignment>(built.people.instructor.token, "assignments.updateAssignment", input);
}
