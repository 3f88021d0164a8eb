/**
 * The registry: every operation of every slice, with the name that each door knows it by. Doors read this and know
 * no slice. Names are derived here and never typed twice.
 */

import { z } from "zod";
import { assert } from "#base/assert.ts";
import type { Operation } from "./operation.ts";
import type { Slice } from "./slice.ts";

export interface RegisteredOperation extends Operation {
  readonly slice: string;
  readonly method: "GET" | "POST";
  /** `/api/v1/courses/create-course` */
  readonly path: string;
  /** `CoursesService` */
  readonly grpcService: string;
  /** `CreateCourse` */
  readonly grpcMethod: string;
  /** `["courses", "create-course"]` */
  readonly cliCommand: readonly [string, string];
  /** `courses_create_course` */
  readonly toolName: string;
  /** The output less its secret fields: what receipts keep. */
  readonly storedOutput: z.ZodType;
}

export interface Registry {
  readonly slices: readonly Slice[];
  readonly operations: readonly RegisteredOperation[];
  byName(name: string): RegisteredOperation | undefined;
}

export function createRegistry(slices: readonly Slice[]): Registry {
  const byName = new Map<string, RegisteredOperation>();
  const tableOwners = new Map<string, string>();
  for (const slice of slices) {
    for (const table of Object.keys(slice.tables)) {
      const owner = tableOwners.get(table);
      assert(owner === undefined, `table ${table} is claimed by both ${owner} and ${slice.name}`);
      tableOwners.set(table, slice.name);
    }
    for (const operation of slice.operations) {
      const registered = register(slice, operation);
      assert(!byName.has(registered.name), `operation ${registered.name} is declared twice`);
      byName.set(registered.name, registered);
    }
  }
  const operations = [...byName.values()];
  return { slices, operations, byName: (name) => byName.get(name) };
}

function register(slice: Slice, operation: Operation): RegisteredOperation {
  const [first, verbNoun, ...rest] = operation.name.split(".");
  assert(
    first === slice.name &&
      verbNoun !== undefined &&
      rest.length === 0 &&
      /^[a-z][A-Za-z0-9]*$/.test(verbNoun),
    `operation ${operation.name} must be named ${slice.name}.<verbNoun>`,
  );
  assert(
    operation.accepts === null || "uploadId" in operation.input.shape,
    `operation ${operation.name} accepts a blob, so its input needs an uploadId`,
  );
  const words = verbNoun.replaceAll(/([A-Z])/g, "-$1").toLowerCase();
  return {
    ...operation,
    slice: slice.name,
    method: operation.kind === "read" ? "GET" : "POST",
    path: `/api/v1/${slice.name}/${words}`,
    grpcService: slice.grpcService,
    grpcMethod: verbNoun.charAt(0).toUpperCase() + verbNoun.slice(1),
    cliCommand: [slice.name, words],
    toolName: `${slice.name}_${words.replaceAll("-", "_")}`,
    storedOutput: withoutSecrets(operation),
  };
}

function withoutSecrets(operation: Operation): z.ZodType {
  const secrets = Object.keys(operation.secrets);
  if (secrets.length === 0) return operation.output;
  assert(
    operation.output instanceof z.ZodObject,
    `${operation.name} has secret fields, so its output is an object`,
  );
  const shape = operation.output.shape;
  for (const secret of secrets) assert(secret in shape, `${operation.name} has no output field ${secret}`);
  return z.object(Object.fromEntries(Object.entries(shape).filter(([field]) => !secrets.includes(field))));
}
