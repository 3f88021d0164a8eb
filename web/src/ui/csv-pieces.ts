/** CSV that an operation gives in pieces, put together and saved as a file. */

export interface CsvPiece {
  readonly csv: string;
  readonly nextCursor: string | null;
}

/** All pieces, with a mark before them by which Excel knows UTF-8. */
export async function gatherCsv(piece: (cursor: { cursor?: string }) => Promise<CsvPiece>): Promise<string> {
  let csv = "\uFEFF";
  let cursor: string | null = null;
  do {
    const next: CsvPiece = await piece(cursor === null ? {} : { cursor });
    csv += next.csv;
    cursor = next.nextCursor;
  } while (cursor !== null);
  return csv;
}

export function saveCsv(fileName: string, csv: string): void {
  const address = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
