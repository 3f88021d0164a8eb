/** Looking into files that people send: in a program of its own, because whoever sends a file may mean harm. */

export interface FileInspector {
  /**
   * Opens a PDF and gives its number of pages. Throws `UnreadableFile` with what is wrong with the file, and
   * `Unavailable` when too many files wait to be looked into.
   */
  inspectPdf(localPath: string): Promise<{ readonly pages: number }>;
}

/** What is wrong with a file, for the person who sent it. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
  readonly code: "file_broken" | "file_locked" | "file_empty" | "file_too_complex";

  constructor(code: UnreadableFile["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
