/**
 * Derives the gRPC contract from the registry: a service for each slice, a method for each operation, messages from
 * the Zod schemas. What proto cannot say plainly (null beside absent, an optional list) gets one fixed form here.
 */
import type { z } from "zod";
import { assert, present } from "#base/assert.ts";
import { systemOnly } from "#kernel/policy.ts";
import type { RegisteredOperation, Registry } from "#kernel/registry.ts";
import {
  answerChunkFields,
  chunkField,
  messageField,
  readWithFilesFields,
  resumeFields,
  uploadFields,
} from "./stream-messages.ts";
import {
  type Absence,
  constantCase,
  type FieldType,
  pascalCase,
  type SingleType,
  snakeCase,
  type WireContract,
  type WireEnum,
  type WireField,
  type WireMessage,
  type WireMethod,
  type WireService,
} from "./wire-model.ts";

/** The contract for all operations of `registry`, in its order. */
export function deriveContract(registry: Registry): WireContract {
  // What only Lyceum itself may do is no part of the contract.
  const operations = registry.operations.filter((operation) => operation.policy !== systemOnly);
  const derivation = new Derivation(nounsInInputs(operations));
  const services = registry.slices.map((slice): WireService => {
    const methods = operations
      .filter((operation) => operation.slice === slice.name)
      .map((operation) => derivation.method(operation));
    return {
      name: slice.grpcService,
      fileName: `${snakeCase(slice.grpcService).replace(/^_/, "")}.proto`,
      comment: slice.summary,
      methods,
      messages: methods.flatMap(({ request, response, input, output }) =>
        [...new Set([request, input, response, output])].filter((message) => !derivation.isNoun(message)),
      ),
    };
  });
  const contract = { services, nouns: derivation.nouns(), nounEnums: derivation.nounEnums() };
  const names = [
    ...services.flatMap((service) => [service.name, ...service.messages.map(({ name }) => name)]),
    ...contract.nouns.map(({ name }) => name),
    ...contract.nounEnums.map(({ name }) => name),
  ];
  for (const [index, name] of names.entries())
    assert(
      names.indexOf(name) === index,
      `two things would be called ${name} in the gRPC contract; rename one`,
    );
  return contract;
}

/** Names of the nouns that inputs refer to: their fields must tell "not sent" from "empty". */
function nounsInInputs(operations: readonly RegisteredOperation[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (schema: z.core.$ZodType): void => {
    const { inner } = unwrap(schema);
    const id = nounIdOf(inner);
    if (id !== null) {
      if (found.has(id)) return;
      found.add(id);
    }
    const def = defOf(inner);
    if (def.type === "object") for (const field of Object.values(def.shape)) visit(field);
    if (def.type === "array") visit(def.element);
    if (def.type === "record") visit(def.valueType);
  };
  for (const operation of operations) visit(operation.input);
  return found;
}

class Derivation {
  readonly #inputNouns: ReadonlySet<string>;
  readonly #nouns = new Map<string, { readonly schema: z.core.$ZodType; readonly message: WireMessage }>();
  readonly #nounEnums = new Map<string, WireEnum>();

  constructor(inputNouns: ReadonlySet<string>) {
    this.#inputNouns = inputNouns;
  }

  nouns(): WireMessage[] {
    return [...this.#nouns.values()].map(({ message }) => message);
  }

  nounEnums(): WireEnum[] {
    return [...this.#nounEnums.values()];
  }

  isNoun(message: WireMessage): boolean {
    return this.#nouns.get(message.name)?.message === message;
  }

  method(operation: RegisteredOperation): WireMethod {
    const { grpcMethod: name } = operation;
    const shared = { operation: operation.name, name };
    const { output, outputBoxed } = this.#output(operation);
    if (operation.accepts === "blob") {
      const start = this.#object(
        `${name}Start`,
        operation.input,
        true,
        "What comes before the bytes of the file.",
      );
      addFields(start, uploadFields(start));
      const request = emptyMessage(
        `${name}Request`,
        "One message of the stream: first the start, then the bytes.",
      );
      request.fields.push(
        messageField("start", "The first message, and only that one.", start, "part"),
        chunkField("part"),
      );
      const comment = `${operation.summary} Stream the start first, then the file's bytes in chunks.`;
      return {
        ...shared,
        comment,
        shape: "upload",
        request,
        input: start,
        response: output,
        output,
        outputBoxed,
      };
    }
    const request = this.#object(`${name}Request`, operation.input, true, "");
    if (!streams(operation))
      return {
        ...shared,
        comment: operation.summary,
        shape: "unary",
        request,
        input: request,
        response: output,
        output,
        outputBoxed,
      };
    const response = emptyMessage(
      `${name}Response`,
      "One message of the stream: first the answer, then the bytes.",
    );
    if (operation.returns === "blob") {
      addFields(request, resumeFields());
      response.fields.push(
        messageField("file", "The first message: what the file is.", output, "part"),
        chunkField("part"),
      );
      const comment = `${operation.summary} The stream gives what the file is, then its bytes.`;
      return {
        ...shared,
        comment,
        shape: "download",
        request,
        input: request,
        response,
        output,
        outputBoxed,
      };
    }
    if (operation.returns === "archive") {
      response.fields.push(
        messageField("archive", "The first message: what is inside.", output, "part"),
        chunkField("part"),
      );
      const comment = `${operation.summary} The stream gives what is inside, then the bytes of the zip file.`;
      return {
        ...shared,
        comment,
        shape: "archive",
        request,
        input: request,
        response,
        output,
        outputBoxed,
      };
    }
    addFields(request, readWithFilesFields());
    const chunk = emptyMessage(`${name}Chunk`, "Some bytes of one of the files that the answer names.");
    chunk.fields.push(...answerChunkFields());
    response.messages.push({ ...chunk, name: `${response.name}.Chunk` });
    response.fields.push(
      messageField("answer", "The first message: the whole answer.", output, "part"),
      messageField(
        "chunk",
        "Afterwards: the files, one after the other.",
        present(response.messages[0], "chunk"),
        "part",
      ),
    );
    const comment = `${operation.summary} The stream gives the whole answer first, then the bytes of each file in it.`;
    return {
      ...shared,
      comment,
      shape: "answer with files",
      request,
      input: request,
      response,
      output,
      outputBoxed,
    };
  }

  #output(operation: RegisteredOperation): { output: WireMessage; outputBoxed: boolean } {
    const name = `${operation.grpcMethod}${streams(operation) ? "Answer" : "Response"}`;
    const { inner, absence } = unwrap(operation.output);
    assert(absence === "never", `${operation.name}: an output may not be null or absent as a whole`);
    if (defOf(inner).type === "object") {
      const id = nounIdOf(inner);
      const output = id === null ? this.#object(name, inner, false, "") : this.#noun(id, inner);
      return { output, outputBoxed: false };
    }
    const box = emptyMessage(name, "");
    box.fields.push(this.#field("value", inner, box, false, operation.name));
    return { output: box, outputBoxed: true };
  }

  #noun(id: string, schema: z.core.$ZodType): WireMessage {
    const known = this.#nouns.get(id);
    if (known !== undefined) {
      assert(known.schema === schema, `two schemas are called ${id}; a noun has one schema`);
      return known.message;
    }
    const message = { ...emptyMessage(id, descriptionOf(schema)), explicit: this.#inputNouns.has(id) };
    this.#nouns.set(id, { schema, message });
    this.#fill(message, schema);
    return message;
  }

  #object(name: string, schema: z.core.$ZodType, explicit: boolean, comment: string): WireMessage {
    const message = { ...emptyMessage(name, comment === "" ? descriptionOf(schema) : comment), explicit };
    this.#fill(message, schema);
    return message;
  }

  #fill(message: WireMessage, schema: z.core.$ZodType): void {
    const def = defOf(schema);
    assert(def.type === "object", `${message.name} is not an object`);
    for (const [jsonName, field] of Object.entries(def.shape))
      addFields(message, [
        this.#field(jsonName, field, message, message.explicit, `${message.name}.${jsonName}`),
      ]);
  }

  #field(
    jsonName: string,
    schema: z.core.$ZodType,
    parent: WireMessage,
    explicit: boolean,
    where: string,
  ): WireField {
    const { inner, absence, both } = unwrap(schema);
    const name = snakeCase(jsonName);
    const def = defOf(inner);
    const several = def.type === "array" || def.type === "record";
    const type = this.#fieldType(jsonName, inner, parent, explicit, where);
    const description = descriptionOf(schema) || descriptionOf(inner);
    const comment = [
      description,
      boundsOf(inner, description),
      explicit && absence === "never" && !several ? "Required." : "",
    ]
      .filter((part) => part !== "")
      .join(" ");
    const clearedBy = both && explicit ? clearField(jsonName) : null;
    const common = { jsonName, name, comment, clearedBy, oneof: null };
    // A repeated field cannot be absent. Where that would mean something else than empty, a message holds it.
    if (several && absence !== "never") {
      const box = emptyMessage(
        `${parent.name}.${pascalCase(jsonName)}Values`,
        "Holds the values, so that none differs from not given.",
      );
      box.fields.push({
        ...common,
        jsonName: "values",
        name: "values",
        comment: "",
        type,
        clearedBy: null,
        absence: "never",
        wrapped: false,
      });
      parent.messages.push(box);
      return {
        ...common,
        type: { shape: "one", of: { kind: "message", message: box } },
        absence,
        wrapped: true,
      };
    }
    const required: Absence = several
      ? "never"
      : explicit || type.of.kind === "message"
        ? "missing"
        : "never";
    return { ...common, type, absence: absence === "never" ? required : absence, wrapped: false };
  }

  #fieldType(
    jsonName: string,
    schema: z.core.$ZodType,
    parent: WireMessage,
    explicit: boolean,
    where: string,
  ): FieldType {
    const def = defOf(schema);
    if (def.type !== "array" && def.type !== "record")
      return { shape: "one", of: this.#single(jsonName, schema, parent, explicit, where) };
    const element = def.type === "array" ? def.element : def.valueType;
    const { inner, absence } = unwrap(element);
    const elementType = defOf(inner).type;
    assert(
      absence === "never" && elementType !== "array" && elementType !== "record",
      `${where}: lists and records hold whole values here, neither null nor lists; give the element an object of its own`,
    );
    return {
      shape: def.type === "array" ? "list" : "map",
      of: this.#single(jsonName, inner, parent, explicit, where),
    };
  }

  #single(
    jsonName: string,
    schema: z.core.$ZodType,
    parent: WireMessage,
    explicit: boolean,
    where: string,
  ): SingleType {
    const def = defOf(schema);
    switch (def.type) {
      case "string":
        return { kind: "string" };
      case "boolean":
        return { kind: "bool" };
      case "number":
        return { kind: (schema as z.ZodNumber).isInt ? "int64" : "double" };
      case "enum":
        return this.#enum(jsonName, schema, Object.values(def.entries).map(String), parent);
      case "literal":
        return def.values.every((value) => typeof value === "boolean")
          ? { kind: "bool" }
          : this.#enum(jsonName, schema, def.values.map(String), parent);
      case "any":
      case "unknown":
      case "lazy":
        return { kind: "json" };
      case "object": {
        const id = nounIdOf(schema);
        if (id !== null) return { kind: "message", message: this.#noun(id, schema) };
        const message = this.#object(`${parent.name}.${pascalCase(jsonName)}`, schema, explicit, "");
        parent.messages.push(message);
        return { kind: "message", message };
      }
      default:
        assert(
          false,
          `${where}: a ${def.type} has no form in proto; use an object, a list, a record or a plain value`,
        );
    }
  }

  #enum(
    jsonName: string,
    schema: z.core.$ZodType,
    values: readonly string[],
    parent: WireMessage,
  ): SingleType {
    const id = nounIdOf(schema);
    const own = id ?? pascalCase(jsonName);
    const known = id === null ? undefined : this.#nounEnums.get(id);
    if (known !== undefined) {
      const isSame = JSON.stringify(known.values.map(({ json }) => json)) === JSON.stringify(values);
      assert(isSame, `two lists of values are called ${known.name}; rename one`);
      return { kind: "enum", enum: known };
    }
    const prefix = constantCase(own);
    const made: WireEnum = {
      name: id ?? `${parent.name}.${own}`,
      comment: descriptionOf(schema),
      values: values.map((json) => ({ json, name: `${prefix}_${constantCase(json)}` })),
    };
    if (id === null) parent.enums.push(made);
    else this.#nounEnums.set(id, made);
    return { kind: "enum", enum: made };
  }
}

interface Unwrapped {
  readonly inner: z.core.$ZodType;
  readonly absence: "never" | "left out" | "null";
  /** It may be left out and may be null, and the two mean different things. */
  readonly both: boolean;
}

/** Looks through `optional`, `nullable` and `default` to what a value is when it is there. */
function unwrap(schema: z.core.$ZodType): Unwrapped {
  let inner = schema;
  let optional = false;
  let nullable = false;
  for (;;) {
    const def = defOf(inner);
    if (def.type === "optional") optional = true;
    else if (def.type === "nullable") nullable = true;
    else if (def.type === "default" || def.type === "prefault") {
      // A list that is empty by default needs no way to be absent.
      optional ||= !(Array.isArray(def.defaultValue) && def.defaultValue.length === 0);
    } else if (def.type !== "readonly" && def.type !== "nonoptional") break;
    inner = def.innerType;
  }
  return { inner, absence: optional ? "left out" : nullable ? "null" : "never", both: optional && nullable };
}

/** The definition inside a schema, in the union of all kinds that Zod knows. */
function defOf(schema: z.core.$ZodType): z.core.$ZodTypes["_zod"]["def"] {
  return (schema as z.core.$ZodTypes)._zod.def;
}

function metaOf(schema: z.core.$ZodType): z.core.GlobalMeta {
  return (schema as z.ZodType).meta() ?? {};
}

function nounIdOf(schema: z.core.$ZodType): string | null {
  return metaOf(schema).id ?? null;
}

function descriptionOf(schema: z.core.$ZodType): string {
  const own = metaOf(schema).description;
  if (own !== undefined) return own;
  const def = defOf(schema);
  return "innerType" in def ? descriptionOf(def.innerType) : "";
}

/** The limits of a text or number, as a sentence, where its description does not say them already. */
function boundsOf(schema: z.core.$ZodType, description: string): string {
  const def = defOf(schema);
  if (def.type === "string") {
    const { maxLength } = schema as z.ZodString;
    return maxLength === null || description.includes(String(maxLength))
      ? ""
      : `At most ${maxLength} characters.`;
  }
  if (def.type === "number") {
    const { minValue, maxValue } = schema as z.ZodNumber;
    const bounded = (value: number | null): value is number =>
      value !== null && Math.abs(value) < Number.MAX_SAFE_INTEGER && !description.includes(String(value));
    const least = bounded(minValue) ? `at least ${minValue}` : "";
    const most = bounded(maxValue) ? `at most ${maxValue}` : "";
    const both = [least, most].filter((part) => part !== "").join(", ");
    return both === "" ? "" : `${both.charAt(0).toUpperCase()}${both.slice(1)}.`;
  }
  return "";
}

/** Whether bytes come with the answer, so that it takes several messages. */
function streams(operation: RegisteredOperation): boolean {
  return operation.returns !== null && operation.returns !== "text";
}

function clearField(jsonName: string): WireField {
  const clearName = `clear${pascalCase(jsonName)}`;
  return {
    jsonName: clearName,
    name: snakeCase(clearName),
    comment: `True sets \`${snakeCase(jsonName)}\` to nothing; leaving out both keeps it as it is.`,
    type: { shape: "one", of: { kind: "bool" } },
    absence: "never",
    clearedBy: null,
    wrapped: false,
    oneof: null,
  };
}

function emptyMessage(name: string, comment: string): WireMessage {
  return { name, comment, fields: [], messages: [], enums: [], explicit: true };
}

/** Adds `fields` and the clearing fields beside them; each name may stand once. */
function addFields(message: WireMessage, fields: readonly WireField[]): void {
  for (const field of fields.flatMap((each) => (each.clearedBy === null ? [each] : [each, each.clearedBy]))) {
    assert(
      message.fields.every(({ name }) => name !== field.name),
      `${message.name} would have two fields called ${field.name}; the door needs that name itself`,
    );
    message.fields.push(field);
  }
}
