/**
 * The OpenAPI 3.1 document, derived from the operations: what each takes and gives, every way in which it can refuse,
 * and the headers that all of them share.
 */
import { z } from "zod";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { failureTable, type RefusalKind } from "#kernel/errors.ts";
import type { DeclaredRefusals, Operation } from "#kernel/operation.ts";
import { idempotencyKeyLengthMax } from "#kernel/receipts.ts";
import type { RegisteredOperation, Registry } from "#kernel/registry.ts";
import { uploadPaths } from "./openapi-uploads.ts";
import { queryFields } from "./query-input.ts";

export interface OpenApiFacts {
  readonly version: string;
  /** The address under which people reach the school. */
  readonly publicUrl: string;
}

/** The document for `operations`, the ones that have a route. */
export function openApiDocument(
  registry: Registry,
  operations: readonly RegisteredOperation[],
  facts: OpenApiFacts,
): JsonObject {
  const schemas = new SchemaShelf();
  const paths: JsonObject = {};
  for (const operation of operations)
    paths[operation.path] = { [operation.method.toLowerCase()]: describe(operation, schemas) };
  const used = new Set(operations.map(({ slice }) => slice));
  return {
    openapi: "3.1.1",
    info: {
      title: "Lyceum",
      version: facts.version,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description:
        "Every operation of the school. Reads are GET with query parameters; commands are POST with JSON. " +
        "Instants are whole milliseconds UTC.",
    },
    servers: [{ url: facts.publicUrl }],
    tags: registry.slices
      .filter(({ name }) => used.has(name))
      .map(({ name, summary }) => ({ name, description: summary })),
    security: [{ bearer: [] }, { cookie: [] }],
    paths: { ...paths, ...uploadPaths },
    components: {
      schemas: { ...schemas.all(), Problem: problemSchema },
      parameters: sharedParameters,
      headers: sharedHeaders,
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "A session's token from a sign-in, or a personal access token.",
        },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: "lyceum-session",
          description:
            "For browsers. A sign-in with the header `Lyceum-Session: cookie` sets it (named `__Host-lyceum-session` " +
            "under TLS) and leaves the token out of its answer. Every command with the cookie must carry the same header.",
        },
      },
    },
  };
}

function describe(operation: RegisteredOperation, schemas: SchemaShelf): JsonObject {
  const isRead = operation.kind === "read";
  const open = operation.policy.claim === "anyone";
  return {
    operationId: operation.toolName,
    tags: [operation.slice],
    summary: operation.summary,
    description: descriptionOf(operation),
    "x-lyceum-operation": operation.name,
    ...(open ? { security: [{}, { bearer: [] }, { cookie: [] }] } : {}),
    parameters: isRead
      ? [
          ...queryParameters(operation, schemas),
          ref("parameters", "Position"),
          ref("parameters", "Consistency"),
          ref("parameters", "IfNoneMatch"),
        ]
      : [ref("parameters", "IdempotencyKey"), ref("parameters", "Session")],
    ...(isRead ? {} : { requestBody: requestBody(operation, schemas) }),
    responses: { ...successes(operation, schemas), ...refusals(operation) },
  };
}

function descriptionOf(operation: Operation): string {
  const lines = [`Who may: ${operation.policy.claim}.`];
  if (operation.accepts === "blob")
    lines.push("Send the file first, to `/api/v1/uploads` (the tus protocol); its id goes into `uploadId`.");
  if (operation.returns === "blob" || operation.returns === "archive")
    lines.push(
      "Answers with a redirect to the bytes, or with their address to those who prefer `application/json`.",
    );
  if (operation.returns === "text")
    lines.push(
      "Answers with the text itself, or with all of it as JSON to those who prefer `application/json`.",
    );
  if (operation.returns === "blobs") lines.push("Each file in the answer has a short-lived `url` beside it.");
  return lines.join("\n\n");
}

function queryParameters(operation: RegisteredOperation, schemas: SchemaShelf): JsonValue[] {
  const whole = schemas.take(operation.input, "input");
  const properties = whole.properties as JsonObject;
  const required = Array.isArray(whole.required) ? whole.required : [];
  return queryFields(operation.input).map(({ name, encoding }) => {
    const schema = properties[name] as JsonObject;
    const { description } = schema;
    const shared = {
      name,
      in: "query",
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
    };
    return encoding === "json"
      ? { ...shared, content: { "application/json": { schema } } }
      : { ...shared, schema, ...(encoding === "repeat" ? { style: "form", explode: true } : {}) };
  });
}

function requestBody(operation: RegisteredOperation, schemas: SchemaShelf): JsonObject {
  const examples = operation.examples.map(({ summary, input }, index) => [
    `example${index + 1}`,
    { summary, value: input as JsonValue },
  ]);
  const schema = schemas.take(operation.input, "input");
  return {
    required: Array.isArray(schema.required) && schema.required.length > 0,
    content: {
      "application/json": {
        schema,
        ...(examples.length === 0 ? {} : { examples: Object.fromEntries(examples) as JsonObject }),
      },
    },
  };
}

function successes(operation: RegisteredOperation, schemas: SchemaShelf): JsonObject {
  const schema = schemas.take(operation.output, "output");
  const isRead = operation.kind === "read";
  const headers = {
    "Lyceum-Position": ref("headers", "Position"),
    "X-Request-Id": ref("headers", "RequestId"),
    ...(isRead ? { ETag: ref("headers", "ETag") } : { "Lyceum-Replayed": ref("headers", "Replayed") }),
  };
  const isAddress = operation.returns === "blob" || operation.returns === "archive";
  const output = isAddress ? { allOf: [schema, urlBeside] } : schema;
  const content = {
    "application/json": { schema: output },
    ...(operation.returns === "text" ? { "text/*": { schema: { type: "string" } } } : {}),
  };
  return {
    "200": { description: "Done.", headers, content },
    ...(isAddress
      ? { "303": { description: "The bytes are at the address in `Location`, for a short time." } }
      : {}),
    ...(isRead && !isAddress
      ? { "304": { description: "The same as the answer whose `ETag` was sent." } }
      : {}),
  };
}

/** One response per status, naming the codes that can stand in it. */
function refusals(operation: Operation): JsonObject {
  const codes: DeclaredRefusals = {
    invalid_input: "invalid_input",
    rate_limited: "rate_limited",
    ...(operation.policy.claim === "anyone"
      ? {}
      : { unauthenticated: "unauthenticated", forbidden: "forbidden", not_found: "not_found" }),
    ...(operation.kind === "command"
      ? { conflict: "conflict", too_large: "too_large", course_archived: "failed_precondition" }
      : {}),
    ...operation.refusals,
  };
  const byStatus = new Map<number, { title: string; codes: string[] }>();
  const add = (kind: RefusalKind | "unavailable" | "bug", code: string) => {
    const { http, title } = failureTable[kind];
    const known = byStatus.get(http) ?? { title, codes: [] };
    byStatus.set(http, { title, codes: [...known.codes, code] });
  };
  for (const [code, kind] of Object.entries(codes)) add(kind, code);
  add("unavailable", "unavailable");
  add("bug", "bug");
  return Object.fromEntries(
    [...byStatus].map(([status, { title, codes: stands }]) => [
      String(status),
      {
        description: `${title}: ${stands.map((code) => `\`${code}\``).join(", ")}.`,
        content: {
          "application/problem+json": {
            schema: { allOf: [ref("schemas", "Problem"), { properties: { code: { enum: stands } } }] },
          },
        },
      },
    ]),
  );
}

/** Turns Zod schemas into JSON schemas, with each noun that has an id kept once and referred to. */
class SchemaShelf {
  readonly #byName = new Map<string, JsonObject>();

  take(schema: z.ZodType, io: "input" | "output"): JsonObject {
    const made = z.toJSONSchema(schema, {
      io,
      override: ({ jsonSchema }) => tidy(jsonSchema, io),
    }) as JsonObject;
    const { $schema: _dialect, $defs: definitions, ...root } = made;
    const names = new Map<string, string>();
    for (const [id, definition] of Object.entries((definitions ?? {}) as JsonObject))
      names.set(id, this.#nameOf(id, definition as JsonObject, io));
    for (const [id, definition] of Object.entries((definitions ?? {}) as JsonObject))
      this.#byName.set(names.get(id) ?? id, pointAt(definition, names) as JsonObject);
    return pointAt(root, names) as JsonObject;
  }

  all(): JsonObject {
    return Object.fromEntries([...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A noun may look different as an input (defaults are optional there): then the input's has a name of its own. */
  #nameOf(id: string, definition: JsonObject, io: "input" | "output"): string {
    const known = this.#byName.get(id);
    const same =
      known === undefined || JSON.stringify(known) === JSON.stringify(pointAt(definition, new Map()));
    return same || io === "output" ? id : `${id}Input`;
  }
}

/** Leaves out what says nothing: the bounds of a safe integer, and that an answer has no other fields. */
function tidy(schema: z.core.JSONSchema.BaseSchema, io: "input" | "output"): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (io === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
  delete schema.id;
}

function pointAt(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (Array.isArray(value)) return value.map((each) => pointAt(each, names));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const id =
        name === "$ref" && typeof field === "string" ? /^#\/\$defs\/(.+)$/.exec(field)?.[1] : undefined;
      return [name, id === undefined ? pointAt(field, names) : `#/components/schemas/${names.get(id) ?? id}`];
    }),
  );
}

function ref(kind: "schemas" | "parameters" | "headers", name: string): JsonObject {
  return { $ref: `#/components/${kind}/${name}` };
}

const urlBeside: JsonObject = {
  type: "object",
  properties: { url: { type: "string", description: "Where the bytes are, for a short time." } },
  required: ["url"],
};

const problemSchema: JsonObject = {
  type: "object",
  description: "Every failure, as RFC 9457 has it.",
  properties: {
    type: { type: "string", description: "Where this code is explained." },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "A sentence for the person who asked." },
    code: { type: "string", description: "For programs; stable." },
    problems: {
      type: "array",
      description: "What was wrong with which field.",
      items: {
        type: "object",
        properties: { field: { type: "string" }, message: { type: "string" } },
        required: ["field", "message"],
      },
    },
    requestId: { type: "string", description: "The log knows the request under this id." },
    retryAfterMs: { type: "integer", description: "After how many milliseconds a retry makes sense." },
  },
  required: ["type", "title", "status", "detail", "code", "problems", "requestId"],
};

const sharedParameters: JsonObject = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      `Chosen by the client, 1 to ${idempotencyKeyLengthMax} visible characters. A retry with the same key and ` +
      "input gets the first answer and does nothing twice; the same key with another input is a conflict.",
    schema: { type: "string", minLength: 1, maxLength: idempotencyKeyLengthMax },
  },
  Position: {
    name: "Lyceum-Position",
    in: "header",
    description: "The position of an earlier answer; this one will not be older.",
    schema: { type: "string", pattern: "^\\d{1,15}$" },
  },
  Consistency: {
    name: "Lyceum-Consistency",
    in: "header",
    description:
      "`strong`: the answer holds everything that was acknowledged by any node before this was asked. Without it, " +
      "the node that answers gives what it has, which may be some moments old.",
    schema: { type: "string", enum: ["strong"] },
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description: "The `ETag` of the answer that the client holds.",
    schema: { type: "string" },
  },
  Session: {
    name: "Lyceum-Session",
    in: "header",
    description:
      "For browsers: keeps the session in a cookie, and shows that a page of the school sent the command.",
    schema: { type: "string", enum: ["cookie"] },
  },
};

const sharedHeaders: JsonObject = {
  Position: { description: "The store's position that the answer reflects.", schema: { type: "string" } },
  RequestId: { description: "The log knows the request under this id.", schema: { type: "string" } },
  ETag: { description: "Send it as `If-None-Match` to hear only of changes.", schema: { type: "string" } },
  Replayed: { description: "`true` when this is the answer to an earlier try.", schema: { type: "string" } },
};
