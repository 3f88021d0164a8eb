/** What the address of the page of results says. */

export const searchKinds = ["course", "material", "assignment", "announcement", "query"] as const;
export type SearchKind = (typeof searchKinds)[number];

export interface SearchAddress {
  readonly q?: string;
  readonly kind?: SearchKind;
  readonly course?: string;
}

export function isSearchKind(given: unknown): given is SearchKind {
  return searchKinds.some((kind) => kind === given);
}
