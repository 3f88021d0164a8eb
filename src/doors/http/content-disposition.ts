/** File names in headers (RFC 6266): plain ones for old clients, and the true ones for all others. */

/** The header's value: `fileName` in full, with what is not ASCII replaced in the copy for old clients. */
export function contentDisposition(kind: "inline" | "attachment", fileName: string): string {
  const plain = fileName
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\x20-\x7e]/gu, "_");
  const quoted = plain.replaceAll(/["\\%]/g, "_");
  // RFC 8187 takes fewer characters as they are than encodeURIComponent leaves.
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${quoted}"; filename*=UTF-8''${encoded}`;
}
