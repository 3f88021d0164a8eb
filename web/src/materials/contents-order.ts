/** A course's contents in the order of its outline: materials and assignments side by side. Pure. */
import type { Material, Outline } from "../contract.ts";

type Module = Outline["modules"][number];

export type ContentsItem =
  | { readonly kind: "material"; readonly id: string; readonly order: number; readonly material: Material }
  | { readonly kind: "assignment"; readonly id: string; readonly order: number };

export interface ContentsGroup {
  /** Null for the general contents, which come first. */
  readonly module: Module | null;
  readonly items: readonly ContentsItem[];
}

export interface ContentsPart {
  /** Null for what stands under no heading. */
  readonly section: Outline["sections"][number] | null;
  readonly groups: readonly ContentsGroup[];
}

export interface Placed {
  readonly assignmentId: string;
  readonly moduleId: string | null;
  readonly order: number;
}

/** What stands where. What is in a module that is gone stands in the general contents, so that nobody loses it. */
export function contentsOf(
  outline: Outline,
  materials: readonly Material[],
  placed: readonly Placed[],
): ContentsPart[] {
  const modules = [...outline.modules, ...outline.sections.flatMap((section) => section.modules)];
  const known = new Set(modules.map(({ moduleId }) => moduleId));
  const homeOf = (moduleId: string | null) => (moduleId !== null && known.has(moduleId) ? moduleId : null);
  const items = [
    ...materials.map((material) => ({
      home: homeOf(material.moduleId),
      item: { kind: "material", id: material.materialId, order: material.order, material } as const,
    })),
    ...placed.map(({ assignmentId, moduleId, order }) => ({
      home: homeOf(moduleId),
      item: { kind: "assignment", id: assignmentId, order } as const,
    })),
  ];
  const itemsIn = (home: string | null): ContentsItem[] =>
    items
      .filter((each) => each.home === home)
      .map(({ item }): ContentsItem => item)
      .sort((one, other) => one.order - other.order || (one.id < other.id ? -1 : 1));
  const groupOf = (module: Module): ContentsGroup => ({ module, items: itemsIn(module.moduleId) });
  return [
    { section: null, groups: [{ module: null, items: itemsIn(null) }, ...outline.modules.map(groupOf)] },
    ...outline.sections.map((section) => ({ section, groups: section.modules.map(groupOf) })),
  ];
}

/** Every module that an item may stand in, the general contents first. */
export function modulesOf(outline: Outline): { moduleId: string | null; title: string | null }[] {
  const modules = [...outline.modules, ...outline.sections.flatMap((section) => section.modules)];
  return [{ moduleId: null, title: null }, ...modules.map(({ moduleId, title }) => ({ moduleId, title }))];
}

/** Where an item stands: its module, and the item after it, so that a move can be taken back. */
export function placeIn(
  parts: readonly ContentsPart[],
  id: string,
): { readonly moduleId: string | null; readonly beforeId: string | null } | null {
  for (const { module, items } of parts.flatMap(({ groups }) => groups)) {
    const at = items.findIndex((item) => item.id === id);
    if (at !== -1) return { moduleId: module?.moduleId ?? null, beforeId: items[at + 1]?.id ?? null };
  }
  return null;
}

/** Before which item one comes to stand that moves by one step; undefined where there is no further step. */
export function stepOf(
  items: readonly ContentsItem[],
  id: string,
  direction: "up" | "down",
): { readonly beforeId: string | null } | undefined {
  const at = items.findIndex((item) => item.id === id);
  if (direction === "up") return at > 0 ? { beforeId: items[at - 1]?.id ?? null } : undefined;
  return at < items.length - 1 ? { beforeId: items[at + 2]?.id ?? null } : undefined;
}
