/** What the address of the merge page says: which other account, which of the two ends, and the merge once it runs. */

export interface MergeAddress {
  readonly other?: string;
  /** Set where the account of the page is the one that ends. */
  readonly ends?: "this";
  readonly merge?: string;
}

export function readMergeAddress(given: Readonly<Record<string, unknown>>): MergeAddress {
  return {
    ...(typeof given.other === "string" ? { other: given.other } : {}),
    ...(given.ends === "this" ? { ends: "this" } : {}),
    ...(typeof given.merge === "string" ? { merge: given.merge } : {}),
  };
}
