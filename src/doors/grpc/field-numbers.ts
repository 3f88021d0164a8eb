/**
 * Field numbers: what the wire really speaks. Each is given once, kept in a committed file that only grows, and never
 * used again, so that a client built on any older contract still understands us and we it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FieldType, WireContract, WireEnum, WireField, WireMessage } from "./wire-model.ts";

/** By the full name of a message or enum, then by the name of a field or value: `3 optional string`. */
export type FieldNumbers = Record<string, Record<string, string>>;

/** The committed file. */
export const fieldNumbersPath = join(import.meta.dirname, "../../../proto/field-numbers.json");

export function readFieldNumbers(): FieldNumbers {
  return JSON.parse(readFileSync(fieldNumbersPath, "utf8")) as FieldNumbers;
}

/**
 * The numbers for all of `contract`: the known ones as they are, the next free one for what is new. Throws where a
 * field has kept its name and changed its type, since old clients would read one as the other.
 */
export function assignFieldNumbers(contract: WireContract, known: FieldNumbers): FieldNumbers {
  const numbers: FieldNumbers = Object.fromEntries(
    Object.entries(known).map(([name, fields]) => [name, { ...fields }]),
  );
  const assign = (owner: string, names: readonly { readonly name: string; readonly type: string }[]) => {
    const fields = numbers[owner] ?? {};
    numbers[owner] = fields;
    let last = Math.max(0, ...Object.values(fields).map(numberIn));
    for (const { name, type } of names) {
      const entry = fields[name];
      if (entry === undefined) fields[name] = `${++last} ${type}`;
      else if (entry !== `${numberIn(entry)} ${type}`)
        throw new Error(
          `${owner}.${name} was "${entry}" and would become "${type}": old clients would misread it. Give the new field a new name.`,
        );
    }
  };
  const message = (one: WireMessage): void => {
    assign(
      one.name,
      one.fields.map((field) => ({ name: field.name, type: typeText(field) })),
    );
    one.enums.forEach(enumeration);
    one.messages.forEach(message);
  };
  const enumeration = (one: WireEnum) =>
    assign(
      one.name,
      one.values.map(({ name }) => ({ name, type: "value" })),
    );
  for (const service of contract.services) service.messages.forEach(message);
  contract.nouns.forEach(message);
  contract.nounEnums.forEach(enumeration);
  return numbers;
}

export function numberIn(entry: string): number {
  return Number.parseInt(entry, 10);
}

/** What the wire cares about: the kind, whether it repeats, whether presence is told. */
function typeText(field: WireField): string {
  const presence = hasPresenceBit(field) ? "optional " : "";
  return `${presence}${shapeText(field.type)}`;
}

/** Whether the field is marked `optional` in the `.proto` file. */
export function hasPresenceBit(field: WireField): boolean {
  const { shape, of } = field.type;
  return (
    shape === "one" &&
    of.kind !== "message" &&
    of.kind !== "json" &&
    field.absence !== "never" &&
    field.oneof === null
  );
}

function shapeText({ shape, of }: FieldType): string {
  const single = of.kind === "message" ? of.message.name : of.kind === "enum" ? of.enum.name : of.kind;
  return shape === "one" ? single : `${shape} of ${single}`;
}
