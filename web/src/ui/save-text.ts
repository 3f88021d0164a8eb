/** Hands a text that the page holds to the reader as a file. */
export function saveText(fileName: string, text: string, mediaType = "text/csv;charset=utf-8"): void {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
