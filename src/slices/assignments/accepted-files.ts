/** Which files an assignment takes, each refusal with what it does take. */
import { type Problem, Refusal } from "#kernel/errors.ts";
import { type FileKindName, fileKinds, kindOf, requireKind } from "#kernel/file-kinds.ts";
import type { UploadedBlob } from "#kernel/held-blobs.ts";
import { submissionKinds } from "./schema.ts";
import type { AssignmentsTable } from "./tables.ts";

type Taken = Pick<AssignmentsTable, "accepted_kinds" | "accepted_endings" | "file_bytes_max">;

/** Refuses a file of another kind or ending than the assignment takes, or a larger one. */
export function requireAccepted(
  file: Pick<UploadedBlob, "fileName" | "mediaType" | "bytes">,
  assignment: Taken,
): void {
  requireKind(file, submissionKinds);
  const kinds = JSON.parse(assignment.accepted_kinds) as FileKindName[];
  const endings = JSON.parse(assignment.accepted_endings) as string[];
  const kind = kindOf(file.mediaType);
  const ending = /\.([^.]+)$/.exec(file.fileName)?.[1]?.toLowerCase();
  const isTaken =
    (kinds.length === 0 && endings.length === 0) ||
    (kind !== null && kinds.includes(kind)) ||
    (ending !== undefined && endings.includes(ending));
  if (!isTaken) {
    const taken = [
      ...kinds.map((name) => fileKinds[name].label),
      ...endings.map((each) => `files that end in .${each}`),
    ].join(", ");
    throw refused("unsupported_type", `${file.fileName} is not taken here. Taken are: ${taken}.`);
  }
  if (file.bytes > assignment.file_bytes_max)
    throw refused(
      "too_large",
      `${file.fileName} has ${file.bytes} bytes. This assignment takes files of up to ${assignment.file_bytes_max}.`,
    );
}

function refused(code: "unsupported_type" | "too_large", message: string): Refusal {
  const problems: Problem[] = [{ field: "uploadId", message }];
  return new Refusal(code, message, { problems });
}
