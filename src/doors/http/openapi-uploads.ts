/** The paths of uploads in the OpenAPI document. They speak the tus protocol and are no operations. */
import type { JsonObject } from "#base/json.ts";

const version: JsonObject = {
  name: "Tus-Resumable",
  in: "header",
  required: true,
  schema: { type: "string", const: "1.0.0" },
};
const id: JsonObject = { name: "id", in: "path", required: true, schema: { type: "string" } };
const refusal: JsonObject = {
  description: "Refused.",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

export const uploadPaths: JsonObject = {
  "/api/v1/uploads": {
    post: {
      summary:
        "Begins an upload; `Location` in the answer is its address, whose last part is the `uploadId`.",
      description: "The tus protocol 1.0, https://tus.io/protocols/resumable-upload.",
      parameters: [
        version,
        {
          name: "Upload-Length",
          in: "header",
          required: true,
          description: "The size of the file in bytes.",
          schema: { type: "integer", minimum: 0 },
        },
        {
          name: "Upload-Metadata",
          in: "header",
          description: "`filename`, a space, and the name in base64.",
          schema: { type: "string" },
        },
      ],
      responses: { "201": { description: "Begun." }, "4XX": refusal },
    },
  },
  "/api/v1/uploads/{id}": {
    head: {
      summary: "Says how many bytes have arrived, in `Upload-Offset`.",
      parameters: [version, id],
      responses: { "200": { description: "Known." }, "4XX": { description: "Refused." } },
    },
    patch: {
      summary: "Adds bytes from `Upload-Offset` on; the last one finishes the upload.",
      parameters: [
        version,
        id,
        { name: "Upload-Offset", in: "header", required: true, schema: { type: "integer", minimum: 0 } },
      ],
      requestBody: {
        required: true,
        content: { "application/offset+octet-stream": { schema: { type: "string", format: "binary" } } },
      },
      responses: { "204": { description: "Taken." }, "4XX": refusal },
    },
    delete: {
      summary: "Gives the upload up.",
      parameters: [version, id],
      responses: { "204": { description: "Gone." }, "4XX": refusal },
    },
  },
};
