/**
 * What the web app may know of the server: the name, kind, input and output of every operation, as types. The one file
 * that `web` imports from, and only with `import type`, so that no server code reaches the browser.
 */
import type { z } from "zod";
import type { FileReference } from "#kernel/held-blobs.ts";
import type { TypedOperation } from "#kernel/operation.ts";
import type { slices } from "./slices.ts";

export type { ProblemDocument } from "#doors/http/problem.ts";

type Any = TypedOperation<string, "read" | "command", z.ZodObject, z.ZodType>;
/** Operations whose slice lists them with their types kept (`as const satisfies Slice`): their names are known here. */
type Known<Each> = Each extends Any ? (string extends Each["name"] ? never : Each) : never;
type Typed = Known<(typeof slices)[number]["operations"][number]>;

/** Every operation by its name: `Operations["courses.createCourse"]["input"]`. */
export type Operations = {
  readonly [Each in Typed as Each["name"]]: {
    readonly kind: Each["kind"];
    readonly input: z.input<Each["input"]>;
    readonly output: z.output<Each["output"]>;
  };
};

export type OperationName = keyof Operations;
export type InputOf<Name extends OperationName> = Operations[Name]["input"];
export type OutputOf<Name extends OperationName> = Operations[Name]["output"];
export type ReadName = NamesOf<"read">;
export type CommandName = NamesOf<"command">;

type NamesOf<Kind extends "read" | "command"> = {
  [Name in OperationName]: Operations[Name]["kind"] extends Kind ? Name : never;
}[OperationName];

/** A file in an answer over HTTP: beside what it is, where its bytes are, for a short time. */
export type FileLink = FileReference & { readonly url: string };
