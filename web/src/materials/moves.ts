/** What the rows of the contents share: where an item may go, and which dialog is open about it. */
import type { Material } from "../contract.ts";
import type { MenuAction } from "../ui/menu.tsx";
import type { text as textOf } from "../ui/text.ts";
import "./messages.ts";

/** What a dialog is open about. */
export interface OpenDialog {
  readonly about: "edit" | "release" | "history" | "captions";
  readonly material: Material;
}

/** The ways that an item may go; undefined where there is none. */
export interface Moves {
  readonly up: (() => void) | undefined;
  readonly down: (() => void) | undefined;
  readonly into: readonly { readonly id: string; readonly title: string; readonly run: () => void }[];
}

/** The moves as entries of a menu. */
export function moveActions({ up, down, into }: Moves, text: typeof textOf): MenuAction[] {
  return [
    ...(up ? [{ id: "up", label: text("materials.moveUp"), run: up }] : []),
    ...(down ? [{ id: "down", label: text("materials.moveDown"), run: down }] : []),
    ...into.map(({ id, title, run }) => ({
      id: `into ${id}`,
      label: text("materials.moveInto", { module: title }),
      run,
    })),
  ];
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
