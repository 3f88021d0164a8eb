/**
 * The protocols of gRPC itself that the door speaks beside its own: health, reflection, and the details of errors.
 * Names and numbers are those of the published definitions; clients already know them.
 */
import { create } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { ProtoFile } from "./descriptors.ts";

const { STRING, INT32, BYTES, ENUM, MESSAGE } = FieldDescriptorProto_Type;

/** A field: its number and name, then its type, then what it belongs to. */
interface Sketch {
  readonly name: string;
  readonly number: number;
  readonly type: FieldDescriptorProto_Type | string;
  readonly repeated?: true;
  readonly oneof?: string;
}

const healthName = "grpc.health.v1";
const reflectionName = "grpc.reflection.v1";
const rpcName = "google.rpc";

export const healthFile: ProtoFile = file("grpc/health/v1/health.proto", healthName, {
  comments: {
    Health:
      "Whether the server, or one of its services, takes calls: https://grpc.io/docs/guides/health-checking/",
    "Health.Check": "The state now; an empty service name asks for the server as a whole.",
    "Health.Watch": "The state now, and again whenever it changes.",
  },
  messages: [
    sketched(healthName, "HealthCheckRequest", [{ name: "service", number: 1, type: STRING }]),
    sketched(
      healthName,
      "HealthCheckResponse",
      [{ name: "status", number: 1, type: "enum HealthCheckResponse.ServingStatus" }],
      {
        enums: [
          create(EnumDescriptorProtoSchema, {
            name: "ServingStatus",
            value: ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"].map((name, number) => ({
              name,
              number,
            })),
          }),
        ],
      },
    ),
  ],
  service: {
    name: "Health",
    methods: [
      { name: "Check", input: "HealthCheckRequest", output: "HealthCheckResponse" },
      { name: "Watch", input: "HealthCheckRequest", output: "HealthCheckResponse", serverStreaming: true },
    ],
  },
});

export const reflectionFile: ProtoFile = file("grpc/reflection/v1/reflection.proto", reflectionName, {
  comments: {
    ServerReflection: "Gives the contract itself to tools: https://grpc.io/docs/guides/reflection/",
    "ServerReflection.ServerReflectionInfo": "Answers each question about files, symbols and services.",
  },
  messages: [
    sketched(reflectionName, "ServerReflectionRequest", [
      { name: "host", number: 1, type: STRING },
      { name: "file_by_filename", number: 3, type: STRING, oneof: "message_request" },
      { name: "file_containing_symbol", number: 4, type: STRING, oneof: "message_request" },
      { name: "file_containing_extension", number: 5, type: "ExtensionRequest", oneof: "message_request" },
      { name: "all_extension_numbers_of_type", number: 6, type: STRING, oneof: "message_request" },
      { name: "list_services", number: 7, type: STRING, oneof: "message_request" },
    ]),
    sketched(reflectionName, "ExtensionRequest", [
      { name: "containing_type", number: 1, type: STRING },
      { name: "extension_number", number: 2, type: INT32 },
    ]),
    sketched(reflectionName, "ServerReflectionResponse", [
      { name: "valid_host", number: 1, type: STRING },
      { name: "original_request", number: 2, type: "ServerReflectionRequest" },
      {
        name: "file_descriptor_response",
        number: 4,
        type: "FileDescriptorResponse",
        oneof: "message_response",
      },
      {
        name: "all_extension_numbers_response",
        number: 5,
        type: "ExtensionNumberResponse",
        oneof: "message_response",
      },
      { name: "list_services_response", number: 6, type: "ListServiceResponse", oneof: "message_response" },
      { name: "error_response", number: 7, type: "ErrorResponse", oneof: "message_response" },
    ]),
    sketched(reflectionName, "FileDescriptorResponse", [
      { name: "file_descriptor_proto", number: 1, type: BYTES, repeated: true },
    ]),
    sketched(reflectionName, "ExtensionNumberResponse", [
      { name: "base_type_name", number: 1, type: STRING },
      { name: "extension_number", number: 2, type: INT32, repeated: true },
    ]),
    sketched(reflectionName, "ListServiceResponse", [
      { name: "service", number: 1, type: "ServiceResponse", repeated: true },
    ]),
    sketched(reflectionName, "ServiceResponse", [{ name: "name", number: 1, type: STRING }]),
    sketched(reflectionName, "ErrorResponse", [
      { name: "error_code", number: 1, type: INT32 },
      { name: "error_message", number: 2, type: STRING },
    ]),
  ],
  service: {
    name: "ServerReflection",
    methods: [
      {
        name: "ServerReflectionInfo",
        input: "ServerReflectionRequest",
        output: "ServerReflectionResponse",
        clientStreaming: true,
        serverStreaming: true,
      },
    ],
  },
});

export const statusFile: ProtoFile = file("google/rpc/status.proto", rpcName, {
  dependencies: ["google/protobuf/any.proto"],
  comments: { Status: "What the trailer `grpc-status-details-bin` of a failed call holds." },
  messages: [
    sketched(rpcName, "Status", [
      { name: "code", number: 1, type: INT32 },
      { name: "message", number: 2, type: STRING },
      { name: "details", number: 3, type: ".google.protobuf.Any", repeated: true },
    ]),
  ],
});

export const errorDetailsFile: ProtoFile = file("google/rpc/error_details.proto", rpcName, {
  dependencies: ["google/protobuf/duration.proto"],
  comments: {
    RetryInfo: "When a retry makes sense.",
    ErrorInfo: "The refusal's code (`reason`), stable and in snake case; `metadata` has the `request_id`.",
    BadRequest: "What was wrong with which field of the input.",
    "BadRequest.FieldViolation.field":
      "The path of the field, by its JSON names, with dots: `rubric.0.points`.",
    "BadRequest.FieldViolation.description": "What was wrong and what is accepted.",
  },
  messages: [
    sketched(rpcName, "RetryInfo", [{ name: "retry_delay", number: 1, type: ".google.protobuf.Duration" }]),
    sketched(
      rpcName,
      "ErrorInfo",
      [
        { name: "reason", number: 1, type: STRING },
        { name: "domain", number: 2, type: STRING },
        { name: "metadata", number: 3, type: "ErrorInfo.MetadataEntry", repeated: true },
      ],
      {
        messages: [
          sketched(
            rpcName,
            "MetadataEntry",
            [
              { name: "key", number: 1, type: STRING },
              { name: "value", number: 2, type: STRING },
            ],
            { mapEntry: true },
          ),
        ],
      },
    ),
    sketched(
      rpcName,
      "BadRequest",
      [{ name: "field_violations", number: 1, type: "BadRequest.FieldViolation", repeated: true }],
      {
        messages: [
          sketched(rpcName, "FieldViolation", [
            { name: "field", number: 1, type: STRING },
            { name: "description", number: 2, type: STRING },
          ]),
        ],
      },
    ),
  ],
});

export const standardFiles: readonly ProtoFile[] = [healthFile, reflectionFile, statusFile, errorDetailsFile];

function file(
  name: string,
  packageName: string,
  parts: {
    readonly messages: DescriptorProto[];
    readonly comments: Readonly<Record<string, string>>;
    readonly dependencies?: string[];
    readonly service?: {
      readonly name: string;
      readonly methods: readonly {
        readonly name: string;
        readonly input: string;
        readonly output: string;
        readonly clientStreaming?: true;
        readonly serverStreaming?: true;
      }[];
    };
  },
): ProtoFile {
  const { service, messages } = parts;
  const descriptor = create(FileDescriptorProtoSchema, {
    name,
    package: packageName,
    syntax: "proto3",
    dependency: parts.dependencies ?? [],
    messageType: messages,
    service:
      service === undefined
        ? []
        : [
            {
              name: service.name,
              method: service.methods.map(({ input, output, ...method }) => ({
                ...method,
                inputType: `.${packageName}.${input}`,
                outputType: `.${packageName}.${output}`,
              })),
            },
          ],
  });
  const comments = new Map(
    Object.entries(parts.comments).map(([own, text]) => [`${packageName}.${own}`, text]),
  );
  return { descriptor, comments };
}

function sketched(
  packageName: string,
  name: string,
  fields: readonly Sketch[],
  inside: {
    readonly enums?: EnumDescriptorProto[];
    readonly messages?: DescriptorProto[];
    readonly mapEntry?: true;
  } = {},
): DescriptorProto {
  const oneofs = [...new Set(fields.flatMap(({ oneof }) => oneof ?? []))];
  return create(DescriptorProtoSchema, {
    name,
    enumType: inside.enums ?? [],
    nestedType: inside.messages ?? [],
    ...(inside.mapEntry === true ? { options: { mapEntry: true } } : {}),
    oneofDecl: oneofs.map((oneof) => ({ name: oneof })),
    field: fields.map(({ name: fieldName, number, type, repeated, oneof }) => ({
      name: fieldName,
      number,
      label: repeated === true ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
      ...(typeof type === "string" ? typeNamed(packageName, type) : { type }),
      ...(oneof === undefined ? {} : { oneofIndex: oneofs.indexOf(oneof) }),
    })),
  });
}

function typeNamed(packageName: string, text: string): { type: FieldDescriptorProto_Type; typeName: string } {
  const isEnum = text.startsWith("enum ");
  const name = text.replace(/^enum /, "");
  return { type: isEnum ? ENUM : MESSAGE, typeName: name.startsWith(".") ? name : `.${packageName}.${name}` };
}
