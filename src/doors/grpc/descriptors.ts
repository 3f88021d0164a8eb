/**
 * Makes Protobuf descriptors of the contract, in memory: what the server serves by, what reflection shows, and what
 * the `.proto` files are printed from. No compiler and no generated code stand between.
 */
import { create, createFileRegistry, type FileRegistry } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_struct,
} from "@bufbuild/protobuf/wkt";
import { present } from "#base/assert.ts";
import { type FieldNumbers, hasPresenceBit, numberIn } from "./field-numbers.ts";
import {
  constantCase,
  packageName,
  pascalCase,
  type ScalarKind,
  type SingleType,
  type WireContract,
  type WireEnum,
  type WireField,
  type WireMessage,
} from "./wire-model.ts";

/** One file of the contract, with what its parts mean, by their full names. */
export interface ProtoFile {
  readonly descriptor: FileDescriptorProto;
  readonly comments: ReadonlyMap<string, string>;
}

export const nounsFileName = "lyceum/v1/nouns.proto";
const structFileName = "google/protobuf/struct.proto";

/** The files of the contract: one for the nouns, one for each service. */
export function protoFilesOf(contract: WireContract, numbers: FieldNumbers): ProtoFile[] {
  const nouns = new FileBuilder(nounsFileName, numbers);
  for (const message of contract.nouns) nouns.message(message);
  for (const enumeration of contract.nounEnums) nouns.enum(enumeration);
  const services = contract.services.map((service) => {
    const file = new FileBuilder(`lyceum/v1/${service.fileName}`, numbers);
    for (const message of service.messages) file.message(message);
    file.comment(service.name, service.comment);
    file.descriptor.service.push({
      $typeName: "google.protobuf.ServiceDescriptorProto",
      name: service.name,
      method: service.methods.map((method) => {
        file.comment(`${service.name}.${method.name}`, method.comment);
        return {
          $typeName: "google.protobuf.MethodDescriptorProto",
          name: method.name,
          inputType: file.reference(method.request.name),
          outputType: file.reference(method.response.name),
          clientStreaming: method.shape === "upload",
          serverStreaming: ["download", "archive", "answer with files"].includes(method.shape),
        };
      }),
    });
    return file;
  });
  const known = new Set(nouns.descriptor.messageType.map(({ name }) => name));
  for (const enumeration of nouns.descriptor.enumType) known.add(enumeration.name);
  return [nouns, ...services].map((file) => file.finish(known));
}

/** All `files` linked into one registry, with those of Google's own that they import. */
export function linkFiles(files: readonly FileDescriptorProto[]): FileRegistry {
  const imported = [file_google_protobuf_struct, file_google_protobuf_any, file_google_protobuf_duration].map(
    ({ proto }) => proto,
  );
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...imported, ...files] }));
}

class FileBuilder {
  readonly descriptor: FileDescriptorProto;
  readonly #comments = new Map<string, string>();
  readonly #numbers: FieldNumbers;
  readonly #referenced = new Set<string>();

  constructor(name: string, numbers: FieldNumbers) {
    this.descriptor = create(FileDescriptorProtoSchema, { name, package: packageName, syntax: "proto3" });
    this.#numbers = numbers;
  }

  comment(name: string, text: string): void {
    if (text !== "") this.#comments.set(`${packageName}.${name}`, text);
  }

  /** The full name as descriptors write it; remembers that this file uses it. */
  reference(name: string): string {
    this.#referenced.add(present(name.split(".")[0], "a name"));
    return `.${packageName}.${name}`;
  }

  message(message: WireMessage): void {
    this.descriptor.messageType.push(this.#message(message));
  }

  enum(enumeration: WireEnum): void {
    this.descriptor.enumType.push(this.#enum(enumeration));
  }

  finish(nouns: ReadonlySet<string>): ProtoFile {
    const { dependency, name } = this.descriptor;
    if (name !== nounsFileName && [...this.#referenced].some((one) => nouns.has(one)))
      dependency.push(nounsFileName);
    dependency.sort();
    return { descriptor: this.descriptor, comments: this.#comments };
  }

  #message(message: WireMessage): DescriptorProto {
    this.comment(message.name, message.comment);
    const numbers = present(this.#numbers[message.name], `field numbers of ${message.name}`);
    const made = create(DescriptorProtoSchema, { name: lastPart(message.name) });
    const real = [...new Set(message.fields.map(({ oneof }) => oneof).filter((oneof) => oneof !== null))];
    for (const name of real) made.oneofDecl.push({ $typeName: "google.protobuf.OneofDescriptorProto", name });
    for (const field of message.fields) made.field.push(this.#field(field, message, made, numbers, real));
    const current = new Set(message.fields.map(({ name }) => name));
    for (const [name, entry] of Object.entries(numbers)) {
      if (current.has(name)) continue;
      const start = numberIn(entry);
      made.reservedName.push(name);
      made.reservedRange.push({
        $typeName: "google.protobuf.DescriptorProto.ReservedRange",
        start,
        end: start + 1,
      });
    }
    for (const nested of message.messages) made.nestedType.push(this.#message(nested));
    for (const nested of message.enums) made.enumType.push(this.#enum(nested));
    return made;
  }

  #field(
    field: WireField,
    parent: WireMessage,
    made: DescriptorProto,
    numbers: Readonly<Record<string, string>>,
    oneofs: readonly string[],
  ): FieldDescriptorProto {
    this.comment(`${parent.name}.${field.name}`, field.comment);
    const number = numberIn(present(numbers[field.name], `field number of ${parent.name}.${field.name}`));
    const { name, jsonName } = field;
    const label =
      field.type.shape === "one" ? FieldDescriptorProto_Label.OPTIONAL : FieldDescriptorProto_Label.REPEATED;
    if (field.type.shape === "map") {
      const entryName = `${pascalCase(jsonName)}Entry`;
      made.nestedType.push(this.#mapEntry(entryName, field.type.of));
      const typeName = `.${packageName}.${parent.name}.${entryName}`;
      return create(FieldDescriptorProtoSchema, {
        name,
        jsonName,
        number,
        label,
        type: FieldDescriptorProto_Type.MESSAGE,
        typeName,
      });
    }
    const descriptor = create(FieldDescriptorProtoSchema, {
      name,
      jsonName,
      number,
      label,
      ...this.#typeOf(field.type.of),
    });
    if (field.oneof !== null) descriptor.oneofIndex = oneofs.indexOf(field.oneof);
    else if (hasPresenceBit(field)) {
      descriptor.proto3Optional = true;
      descriptor.oneofIndex = made.oneofDecl.length;
      made.oneofDecl.push({ $typeName: "google.protobuf.OneofDescriptorProto", name: `_${name}` });
    }
    return descriptor;
  }

  #mapEntry(name: string, of: SingleType): DescriptorProto {
    const label = FieldDescriptorProto_Label.OPTIONAL;
    return create(DescriptorProtoSchema, {
      name,
      options: { mapEntry: true },
      field: [
        { name: "key", jsonName: "key", number: 1, label, type: FieldDescriptorProto_Type.STRING },
        { name: "value", jsonName: "value", number: 2, label, ...this.#typeOf(of) },
      ],
    });
  }

  #typeOf(of: SingleType): { type: FieldDescriptorProto_Type; typeName?: string } {
    if (of.kind === "message")
      return { type: FieldDescriptorProto_Type.MESSAGE, typeName: this.reference(of.message.name) };
    if (of.kind === "enum")
      return { type: FieldDescriptorProto_Type.ENUM, typeName: this.reference(of.enum.name) };
    if (of.kind !== "json") return { type: scalarTypes[of.kind] };
    const { dependency } = this.descriptor;
    if (!dependency.includes(structFileName)) dependency.push(structFileName);
    return { type: FieldDescriptorProto_Type.MESSAGE, typeName: ".google.protobuf.Value" };
  }

  #enum(enumeration: WireEnum): EnumDescriptorProto {
    this.comment(enumeration.name, enumeration.comment);
    const numbers = present(this.#numbers[enumeration.name], `numbers of ${enumeration.name}`);
    const value = (name: string, number: number) => ({
      $typeName: "google.protobuf.EnumValueDescriptorProto" as const,
      name,
      number,
    });
    const made = create(EnumDescriptorProtoSchema, { name: lastPart(enumeration.name) });
    made.value.push(value(unspecifiedName(enumeration), 0));
    for (const { name } of enumeration.values)
      made.value.push(value(name, numberIn(present(numbers[name], `number of ${name}`))));
    for (const [name, entry] of Object.entries(numbers)) {
      if (enumeration.values.some((one) => one.name === name)) continue;
      const start = numberIn(entry);
      made.reservedName.push(name);
      made.reservedRange.push({
        $typeName: "google.protobuf.EnumDescriptorProto.EnumReservedRange",
        start,
        end: start,
      });
    }
    return made;
  }
}

const scalarTypes: Readonly<Record<Exclude<ScalarKind, "json">, FieldDescriptorProto_Type>> = {
  string: FieldDescriptorProto_Type.STRING,
  bool: FieldDescriptorProto_Type.BOOL,
  int64: FieldDescriptorProto_Type.INT64,
  double: FieldDescriptorProto_Type.DOUBLE,
  bytes: FieldDescriptorProto_Type.BYTES,
};

function lastPart(name: string): string {
  return present(name.split(".").at(-1), "a name");
}

/** The zero that every enum begins with, and that no value of ours is. */
function unspecifiedName(enumeration: WireEnum): string {
  return `${constantCase(lastPart(enumeration.name))}_UNSPECIFIED`;
}
