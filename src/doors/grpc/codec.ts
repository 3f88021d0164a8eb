/**
 * Turns messages into the JSON values that `call()` takes, and its answers into messages. Whatever JSON and proto say
 * differently (null, absence, names of enum values, 64-bit numbers) is settled here, by the contract.
 */
import type { DescMessage, FileRegistry } from "@bufbuild/protobuf";
import { fromJson, toJson } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@bufbuild/protobuf/wkt";
import { assert, present } from "#base/assert.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { type Problem, Refusal } from "#kernel/errors.ts";
import { packageName, type SingleType, type WireField, type WireMessage } from "./wire-model.ts";

/** A message as the protobuf library holds it, or as it takes it to make one. */
export type MessageValue = { readonly [name: string]: unknown };

export interface Codec {
  /** The JSON value of a message from the wire. Refuses, field by field, what no field stands for. */
  decode(wire: WireMessage, message: MessageValue): JsonObject;
  /** What the protobuf library makes a message of `wire` from. */
  encode(wire: WireMessage, value: JsonValue): MessageValue;
}

export function createCodec(files: FileRegistry): Codec {
  const plans = new Map<WireMessage, Plan>();

  function planOf(wire: WireMessage): Plan {
    const known = plans.get(wire);
    if (known !== undefined) return known;
    const descriptor = present(files.getMessage(`${packageName}.${wire.name}`), `descriptor of ${wire.name}`);
    const plan: Plan = { fields: [], clearing: new Map() };
    plans.set(wire, plan);
    const clearing = new Set(wire.fields.map(({ clearedBy }) => clearedBy?.name));
    for (const field of wire.fields) {
      if (clearing.has(field.name)) continue;
      plan.fields.push({ ...field, property: propertyOf(descriptor, field.name) });
      if (field.clearedBy !== null)
        plan.clearing.set(field.name, propertyOf(descriptor, field.clearedBy.name));
    }
    return plan;
  }

  function decode(wire: WireMessage, message: MessageValue, path: string, problems: Problem[]): JsonObject {
    const plan = planOf(wire);
    const value: JsonObject = {};
    for (const { no } of unknownFields(message))
      problems.push({
        field: `${path}#${no}`,
        message: `There is no field with the number ${no} in ${wire.name}.`,
      });
    for (const field of plan.fields) {
      const at = `${path}${field.jsonName}`;
      const raw = message[field.property];
      const clearing = plan.clearing.get(field.name);
      const cleared = clearing !== undefined && message[clearing] === true;
      const decoded = raw === undefined ? undefined : decodeField(field, raw, at, problems);
      if (cleared && decoded !== undefined)
        problems.push({
          field: at,
          message: `Give either ${field.name} or ${field.clearedBy?.name}, not both.`,
        });
      if (decoded !== undefined) value[field.jsonName] = decoded;
      else if (cleared || field.absence === "null") value[field.jsonName] = null;
    }
    return value;
  }

  function decodeField(
    field: WireField,
    raw: unknown,
    at: string,
    problems: Problem[],
  ): JsonValue | undefined {
    const { shape, of } = field.type;
    if (field.wrapped) {
      assert(of.kind === "message", "a wrapped field holds a message");
      return decode(of.message, raw as MessageValue, `${at}.`, problems).values;
    }
    if (shape === "one") return decodeOne(of, raw, at, problems);
    if (shape === "list")
      return (raw as unknown[]).map((each, index) => decodeOne(of, each, `${at}.${index}`, problems) ?? null);
    return Object.fromEntries(
      Object.entries(raw as MessageValue).map(([key, each]) => [
        key,
        decodeOne(of, each, `${at}.${key}`, problems) ?? null,
      ]),
    );
  }

  function decodeOne(of: SingleType, raw: unknown, at: string, problems: Problem[]): JsonValue | undefined {
    switch (of.kind) {
      case "int64": {
        const number = Number(raw);
        if (!Number.isSafeInteger(number))
          problems.push({ field: at, message: "This must lie between -(2^53 - 1) and 2^53 - 1." });
        return number;
      }
      case "enum":
        // Zero is what a client sends that has chosen nothing.
        return raw === 0 ? undefined : enumName(of, Number(raw), at, problems);
      case "message":
        return decode(of.message, raw as MessageValue, `${at}.`, problems);
      case "json":
        return toJson(ValueSchema, raw as Value) as JsonValue;
      default:
        return raw as JsonValue;
    }
  }

  function enumName(
    of: Extract<SingleType, { kind: "enum" }>,
    number: number,
    at: string,
    problems: Problem[],
  ): string {
    const descriptor = present(
      files.getEnum(`${packageName}.${of.enum.name}`),
      `descriptor of ${of.enum.name}`,
    );
    const name = descriptor.value[number]?.name;
    const known = of.enum.values.find((value) => value.name === name);
    if (known === undefined)
      problems.push({
        field: at,
        message: `This must be one of: ${of.enum.values.map((value) => value.name).join(", ")}.`,
      });
    return known?.json ?? "";
  }

  function encode(wire: WireMessage, value: JsonValue): MessageValue {
    const object = value as JsonObject;
    const message: Record<string, unknown> = {};
    for (const field of planOf(wire).fields) {
      const own = object[field.jsonName];
      if (own === undefined || own === null) continue;
      const { shape, of } = field.type;
      if (field.wrapped && of.kind === "message")
        message[field.property] = encode(of.message, { values: own });
      else if (shape === "one") message[field.property] = encodeOne(of, own);
      else if (shape === "list")
        message[field.property] = (own as JsonValue[]).map((each) => encodeOne(of, each));
      else
        message[field.property] = Object.fromEntries(
          Object.entries(own as JsonObject).map(([key, each]) => [key, encodeOne(of, each)]),
        );
    }
    return message;
  }

  function encodeOne(of: SingleType, value: JsonValue): unknown {
    switch (of.kind) {
      case "int64":
        return BigInt(value as number);
      case "enum": {
        const name = of.enum.values.find(({ json }) => json === String(value))?.name;
        const descriptor = present(
          files.getEnum(`${packageName}.${of.enum.name}`),
          `descriptor of ${of.enum.name}`,
        );
        return present(
          descriptor.values.find((one) => one.name === name),
          `the value ${value} of ${of.enum.name}`,
        ).number;
      }
      case "message":
        return encode(of.message, value);
      case "json":
        return fromJson(ValueSchema, value);
      default:
        return value;
    }
  }

  return {
    decode(wire, message) {
      const problems: Problem[] = [];
      const value = decode(wire, message, "", problems);
      if (problems.length === 0) return value;
      const summary = problems.map(({ field, message: text }) => `${field}: ${text}`).join(" ");
      throw new Refusal("invalid_input", summary, { problems });
    },
    encode,
  };
}

interface Plan {
  readonly fields: (WireField & { readonly property: string })[];
  /** By the name of a field: the property of the bool that says null for it. */
  readonly clearing: Map<string, string>;
}

function propertyOf(descriptor: DescMessage, name: string): string {
  return present(
    descriptor.fields.find((field) => field.name === name),
    `field ${name} of ${descriptor.typeName}`,
  ).localName;
}

function unknownFields(message: MessageValue): readonly { readonly no: number }[] {
  return (message.$unknown as readonly { readonly no: number }[] | undefined) ?? [];
}
