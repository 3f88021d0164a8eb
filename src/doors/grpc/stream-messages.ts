/** The fields that the door adds where bytes travel beside a call: what no schema of an operation says. */
import type { Absence, FieldType, WireField, WireMessage } from "./wire-model.ts";
import { snakeCase } from "./wire-model.ts";

/** What the start of an upload says beside the operation's input; `uploadId` is the operation's own field. */
export function uploadFields(start: WireMessage): WireField[] {
  const uploadId = start.fields.findIndex(({ jsonName }) => jsonName === "uploadId");
  if (uploadId >= 0) start.fields.splice(uploadId, 1);
  return [
    field(
      "uploadId",
      "Instead of sending bytes here: the id of an upload of yours that is finished.",
      "string",
      "left out",
    ),
    field(
      "fileName",
      "The name that the file bears where it comes from. Required unless `upload_id` is given.",
      "string",
      "left out",
    ),
    field(
      "bytesExpected",
      "The size of the file, when it is known: refused at once where it is too large.",
      "int64",
      "left out",
    ),
    field(
      "sha256",
      "SHA-256 of the file in lower-case hexadecimal, when it is known: refused where it differs.",
      "string",
      "left out",
    ),
  ];
}

/** What the request for a file says beside the operation's input. */
export function resumeFields(): WireField[] {
  return [
    field(
      "offset",
      "Gives the bytes from this one on, to go on after a broken download.",
      "int64",
      "left out",
    ),
  ];
}

/** What the request for an answer with files says beside the operation's input. */
export function readWithFilesFields(): WireField[] {
  return [
    field("withoutFiles", "True gives the answer only, without the bytes of its files.", "bool", "left out"),
  ];
}

/** What says to which file of an answer some bytes belong. */
export function answerChunkFields(): WireField[] {
  return [
    field(
      "key",
      "The key in the answer's map under which the file stands: for submissions, the student's id.",
      "string",
      "never",
    ),
    field(
      "path",
      "Where in the answer the file stands, with dots: `submissions.<id>.file`.",
      "string",
      "never",
    ),
    field("sha256", "SHA-256 of the whole file.", "string", "never"),
    field("offset", "Which byte of the file comes first here.", "int64", "never"),
    field("data", "The bytes.", "bytes", "never"),
    field("last", "True on the last chunk of this file.", "bool", "never"),
  ];
}

/** Some bytes of the one file of a stream. */
export function chunkField(oneof: string): WireField {
  return {
    ...field("chunk", "Some bytes of the file, in order; at most 1 MiB.", "bytes", "left out"),
    oneof,
  };
}

export function messageField(
  jsonName: string,
  comment: string,
  message: WireMessage,
  oneof: string,
): WireField {
  const type: FieldType = { shape: "one", of: { kind: "message", message } };
  return { ...field(jsonName, comment, "string", "left out"), type, oneof };
}

function field(
  jsonName: string,
  comment: string,
  kind: "string" | "int64" | "bytes" | "bool",
  absence: Absence,
): WireField {
  const type: FieldType = { shape: "one", of: { kind } };
  return {
    jsonName,
    name: snakeCase(jsonName),
    comment,
    type,
    absence,
    clearedBy: null,
    wrapped: false,
    oneof: null,
  };
}
