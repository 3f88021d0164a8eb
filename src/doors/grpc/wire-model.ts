/**
 * The gRPC contract as values: which messages, enums and methods there are, before numbers and text. It lies between
 * the Zod schemas that it is derived from and the descriptors, `.proto` files and codecs that are made of it.
 */

export const packageName = "lyceum.v1";

export type ScalarKind = "string" | "bool" | "int64" | "double" | "bytes" | "json";

export type SingleType =
  | { readonly kind: ScalarKind }
  | { readonly kind: "enum"; readonly enum: WireEnum }
  | { readonly kind: "message"; readonly message: WireMessage };

/** What one field holds: one value, several, or several by a key. */
export interface FieldType {
  readonly shape: "one" | "list" | "map";
  readonly of: SingleType;
}

/** What it means that a field is not there. */
export type Absence =
  /** It always is: an implicit field, or a list or map that may be empty. */
  | "never"
  /** The input lacks it: a missing required field is refused by name. */
  | "missing"
  /** The JSON value has no such field. */
  | "left out"
  /** The JSON value has it as null. */
  | "null";

export interface WireField {
  /** The name in JSON: `courseId`. */
  readonly jsonName: string;
  /** The name in the `.proto` file: `course_id`. */
  readonly name: string;
  readonly comment: string;
  readonly type: FieldType;
  readonly absence: Absence;
  /** For a field that may be left out and may be null: the bool field beside it that says null. */
  readonly clearedBy: WireField | null;
  /** Set where a list or map had to be wrapped in a message, so that "empty" and "not there" differ. */
  readonly wrapped: boolean;
  /** The oneof that it belongs to. */
  readonly oneof: string | null;
}

export interface WireMessage {
  /** With the names of the messages around it: `GetGradesResponse.Row`. */
  readonly name: string;
  readonly comment: string;
  readonly fields: WireField[];
  readonly messages: WireMessage[];
  readonly enums: WireEnum[];
  /** True for an object whose fields are given by a schema; false for those that the door makes up. */
  readonly explicit: boolean;
}

export interface WireEnum {
  readonly name: string;
  readonly comment: string;
  /** The value in JSON and the constant in the `.proto` file, without the zero. */
  readonly values: readonly { readonly json: string; readonly name: string }[];
}

/** How the bytes of files travel beside a call. */
export type MethodShape = "unary" | "upload" | "download" | "archive" | "answer with files";

export interface WireMethod {
  readonly operation: string;
  readonly name: string;
  readonly comment: string;
  readonly shape: MethodShape;
  readonly request: WireMessage;
  readonly response: WireMessage;
  /** What holds the operation's input: the request itself, or the part of it that comes first. */
  readonly input: WireMessage;
  /** What holds the operation's output; null where the output is no object and stands in the field `value`. */
  readonly output: WireMessage;
  /** True when the output is a list or record, which stands in the field `value` of `output`. */
  readonly outputBoxed: boolean;
}

export interface WireService {
  readonly name: string;
  /** `courses_service.proto` */
  readonly fileName: string;
  readonly comment: string;
  readonly methods: readonly WireMethod[];
  /** Requests and responses, in the order of the methods. */
  readonly messages: readonly WireMessage[];
}

export interface WireContract {
  readonly services: readonly WireService[];
  /** What several messages refer to by name; all in one file, so that files never import in a circle. */
  readonly nouns: readonly WireMessage[];
  readonly nounEnums: readonly WireEnum[];
}

/** `courseId` as `course_id`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/([A-Z])/g, "_$1").toLowerCase();
}

/** `course-state` and `courseState` as `CourseState`. */
export function pascalCase(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+(.)?/g, (_match, next: string | undefined) => (next ?? "").toUpperCase())
    .replace(/^./, (first) => first.toUpperCase());
}

/** `teachingAssistant` and `teaching-assistant` as `TEACHING_ASSISTANT`. */
export function constantCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}
