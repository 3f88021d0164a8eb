/**
 * What imports from a file have in common: the file is taken and a job reads it into a preview, which changes nothing;
 * somebody looks at it, and either has another job apply it or gives it up. One at a time is applied.
 */
import { present } from "#base/assert.ts";
import { Refusal } from "./errors.ts";
import { requireKind } from "./file-kinds.ts";
import type { UploadedBlob } from "./held-blobs.ts";

export const applyRefusals = {
  not_ready: "failed_precondition",
  another_import_runs: "failed_precondition",
} as const;

export const cancelRefusals = { already_applied: "failed_precondition" } as const;

/** Refuses a file that is no table, or is too large; `of` says in it what it holds: "people". */
export function requireTableFile(
  blob: UploadedBlob | null,
  { of, bytesMax }: { readonly of: string; readonly bytesMax: number },
): void {
  const file = present(blob, "the call has brought the upload");
  if (file.bytes > bytesMax)
    throw new Refusal("too_large", `A file of ${of} has at most ${bytesMax} bytes. Split it.`);
  // Text in an old encoding does not show that it is text; whether it is a table is found out by reading.
  if (file.bytes === 0 || file.mediaType !== "application/octet-stream") requireKind(file, ["text"]);
}

/** Refuses to apply an import that cannot be, or beside the one that is being applied. */
export function requireApplicable(
  { state }: { readonly state: string },
  running: { readonly file_name: string } | undefined,
): void {
  if (state !== "ready")
    throw new Refusal(
      "not_ready",
      state === "reading"
        ? "The file is still being read."
        : "This import was applied, given up or could not be read. Upload the file again.",
    );
  if (running !== undefined)
    throw new Refusal("another_import_runs", `${running.file_name} is being applied. Wait until it is done.`);
}

/** Refuses to give up an import of which something was done already. */
export function requireNotApplied({ state }: { readonly state: string }): void {
  if (state === "applying" || state === "done")
    throw new Refusal("already_applied", "This import was applied, or is just being.");
}
