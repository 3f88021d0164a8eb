/** Prints descriptors as `.proto` files, for people and for clients in any language. */
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
  type ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { present } from "#base/assert.ts";
import type { ProtoFile } from "./descriptors.ts";

const lineWidth = 100;

/** The text of one file; `opening` says at its top what it is. */
export function printProto({ descriptor, comments }: ProtoFile, opening: string): string {
  const printer = new Printer(descriptor, comments);
  const head = [
    ...wrapped(opening, ""),
    'syntax = "proto3";',
    "",
    `package ${descriptor.package};`,
    "",
    ...descriptor.dependency.map((name) => `import "${name}";`),
    ...(descriptor.dependency.length > 0 ? [""] : []),
  ];
  const body = [
    ...descriptor.service.map((service) => printer.service(service)),
    ...descriptor.messageType.map((message) => printer.message(message, descriptor.package, "")),
    ...descriptor.enumType.map((enumeration) => printer.enum(enumeration, descriptor.package, "")),
  ];
  return `${[...head, body.map((lines) => lines.join("\n")).join("\n\n")].join("\n")}\n`;
}

class Printer {
  readonly #file: FileDescriptorProto;
  readonly #comments: ReadonlyMap<string, string>;

  constructor(file: FileDescriptorProto, comments: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#comments = comments;
  }

  service(service: ServiceDescriptorProto): string[] {
    const name = `${this.#file.package}.${service.name}`;
    const methodNames = new Set(service.method.map((method) => method.name));
    // Inside a service a method hides a message of the same name, which is then written in full.
    const typeOf = (typeName: string) =>
      methodNames.has(this.#short(typeName)) ? typeName : this.#short(typeName);
    const methods = service.method.flatMap((method, index) => [
      ...(index > 0 ? [""] : []),
      ...this.#comment(`${name}.${method.name}`, "  "),
      `  rpc ${method.name}(${method.clientStreaming ? "stream " : ""}${typeOf(method.inputType)}) returns (${
        method.serverStreaming ? "stream " : ""
      }${typeOf(method.outputType)});`,
    ]);
    return [...this.#comment(name, ""), `service ${service.name} {`, ...methods, "}"];
  }

  message(message: DescriptorProto, scope: string, indent: string): string[] {
    const name = `${scope}.${message.name}`;
    const inner = `${indent}  `;
    const maps = new Map(
      message.nestedType
        .filter((nested) => nested.options?.mapEntry === true)
        .map((nested) => [`.${name}.${nested.name}`, nested]),
    );
    const lines: string[] = [];
    let oneof: number | null = null;
    for (const field of message.field) {
      const own =
        field.proto3Optional || field.oneofIndex === undefined || !hasOneof(field) ? null : field.oneofIndex;
      if (oneof !== own && oneof !== null) lines.push(`${inner}}`);
      if (oneof !== own && own !== null)
        lines.push(`${inner}oneof ${present(message.oneofDecl[own], "a oneof").name} {`);
      oneof = own;
      const at = own === null ? inner : `${inner}  `;
      lines.push(
        ...this.#comment(`${name}.${field.name}`, at),
        `${at}${this.#field(field, maps.get(field.typeName))}`,
      );
    }
    if (oneof !== null) lines.push(`${inner}}`);
    const reserved = reservedLines(
      message.reservedRange.map(({ start }) => start),
      message.reservedName,
      inner,
    );
    const nested = [
      ...message.nestedType
        .filter((one) => one.options?.mapEntry !== true)
        .map((one) => this.message(one, name, inner)),
      ...message.enumType.map((one) => this.enum(one, name, inner)),
    ];
    const parts = [lines, reserved, ...nested].filter((part) => part.length > 0);
    const body = parts.flatMap((part, index) => (index > 0 ? ["", ...part] : part));
    const opening = `${indent}message ${message.name} {`;
    return [
      ...this.#comment(name, indent),
      ...(body.length === 0 ? [`${opening}}`] : [opening, ...body, `${indent}}`]),
    ];
  }

  enum(enumeration: EnumDescriptorProto, scope: string, indent: string): string[] {
    const inner = `${indent}  `;
    return [
      ...this.#comment(`${scope}.${enumeration.name}`, indent),
      `${indent}enum ${enumeration.name} {`,
      ...enumeration.value.map((value) => `${inner}${value.name} = ${value.number};`),
      ...reservedLines(
        enumeration.reservedRange.map(({ start }) => start),
        enumeration.reservedName,
        inner,
      ),
      `${indent}}`,
    ];
  }

  #field(field: FieldDescriptorProto, mapEntry: DescriptorProto | undefined): string {
    if (mapEntry !== undefined) {
      const [key, value] = mapEntry.field;
      const type = `map<${this.#type(present(key, "a key"))}, ${this.#type(present(value, "a value"))}>`;
      return `${type} ${field.name} = ${field.number};`;
    }
    const label =
      field.label === FieldDescriptorProto_Label.REPEATED
        ? "repeated "
        : field.proto3Optional
          ? "optional "
          : "";
    return `${label}${this.#type(field)} ${field.name} = ${field.number};`;
  }

  #type(field: FieldDescriptorProto): string {
    if (field.typeName !== "") return this.#short(field.typeName);
    return present(FieldDescriptorProto_Type[field.type], "a scalar type").toLowerCase();
  }

  /** Names of our own package are written without it. */
  #short(typeName: string): string {
    const name = typeName.replace(/^\./, "");
    const prefix = `${this.#file.package}.`;
    return name.startsWith(prefix) ? name.slice(prefix.length) : name;
  }

  #comment(name: string, indent: string): string[] {
    const text = this.#comments.get(name);
    return text === undefined ? [] : wrapped(text, indent);
  }
}

/** In a descriptor a field outside of oneofs has no index; reading one as zero would put it into the first. */
function hasOneof(field: FieldDescriptorProto): boolean {
  return Object.hasOwn(field, "oneofIndex");
}

function reservedLines(numbers: readonly number[], names: readonly string[], indent: string): string[] {
  if (numbers.length === 0) return [];
  return [
    `${indent}reserved ${numbers.join(", ")};`,
    `${indent}reserved ${names.map((name) => `"${name}"`).join(", ")};`,
  ];
}

/** `text` as comment lines of a bearable width. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = `${indent}//`;
    for (const word of paragraph.split(/\s+/).filter((one) => one !== "")) {
      if (line.length + 1 + word.length > lineWidth && line !== `${indent}//`) {
        lines.push(line);
        line = `${indent}//`;
      }
      line += ` ${word}`;
    }
    lines.push(line);
  }
  return lines;
}
