/** From an address of the school to the thing that stands there, and the page's own address. */

export const askedKinds = ["course", "material", "assignment", "submission", "query", "person"] as const;
export type AskedKind = (typeof askedKinds)[number];

/** What the page of access is about, in its address. */
export interface AccessAddress {
  readonly kind?: AskedKind;
  readonly id?: string;
  readonly person?: string;
}

export function accessAddress(given: Readonly<Record<string, unknown>>): AccessAddress {
  const kind = askedKinds.find((each) => each === given.kind);
  return {
    ...(kind === undefined || typeof given.id !== "string" ? {} : { kind, id: given.id }),
    ...(typeof given.person === "string" ? { person: given.person } : {}),
  };
}

const uuid = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
/** The most particular first: a material's address begins like its course's. */
const shapes: readonly (readonly [AskedKind, RegExp])[] = [
  ["submission", new RegExp(`[?&]submission=${uuid}`)],
  ["material", new RegExp(`/materials/${uuid}`)],
  ["assignment", new RegExp(`/assignments/${uuid}`)],
  ["query", new RegExp(`/queries/${uuid}`)],
  ["course", new RegExp(`/courses/${uuid}`)],
  ["person", new RegExp(`/people/${uuid}`)],
];

/** The thing at an address of the school; null where it leads to nothing that can be asked about. */
export function thingAt(address: string): { readonly kind: AskedKind; readonly id: string } | null {
  for (const [kind, shape] of shapes) {
    const id = shape.exec(address.toLowerCase())?.[1];
    if (id !== undefined) return { kind, id };
  }
  return null;
}
