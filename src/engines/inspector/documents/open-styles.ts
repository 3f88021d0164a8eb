/** What the styles of an OpenDocument say of its text: what is bold, what is a heading, which lists are numbered. */
import { allIn, attributeOf, childOf, childrenOf, nameOf, type Xml } from "./xml.ts";

export interface OpenStyles {
  /** The elements that show how text of this style looks. */
  looksOf(style: string): readonly string[];
  /** The level of the heading that a paragraph of this style is; null for plain text. */
  headingLevel(style: string): number | null;
  isNumbered(listStyle: string, level: number): boolean;
}

export function stylesOf(roots: readonly (Xml | null)[]): OpenStyles {
  const styles = new Map<string, Xml>();
  const lists = new Map<string, Xml>();
  for (const root of roots) {
    if (root === null) continue;
    for (const style of allIn(root, "style")) styles.set(attributeOf(style, "name"), style);
    for (const list of allIn(root, "list-style")) lists.set(attributeOf(list, "name"), list);
  }
  return {
    looksOf(style) {
      const node = styles.get(style);
      const text = node === undefined ? undefined : childOf(node, "text-properties");
      if (text === undefined) return [];
      const is = (name: string, wanted: RegExp) => wanted.test(attributeOf(text, name));
      return [
        ...(is("font-weight", /^(bold|[6-9]00)$/) ? ["strong"] : []),
        ...(is("font-style", /^(italic|oblique)$/) ? ["em"] : []),
        ...(is("text-underline-style", /^(?!none)./) ? ["u"] : []),
        ...(is("text-line-through-style", /^(?!none)./) ? ["s"] : []),
        ...(is("text-position", /^(super|[1-9])/) ? ["sup"] : []),
        ...(is("text-position", /^(sub|-)/) ? ["sub"] : []),
      ];
    },
    headingLevel(style) {
      // A style of the document's own stands on the one that it was made from.
      for (let at = style, steps = 0; at !== "" && steps < 10; steps++) {
        if (at === "Title") return 1;
        const node = styles.get(at);
        if (node === undefined) return null;
        const level = Number(attributeOf(node, "default-outline-level"));
        if (level >= 1) return Math.min(level, 6);
        at = attributeOf(node, "parent-style-name");
      }
      return null;
    },
    isNumbered(listStyle, level) {
      const list = lists.get(listStyle);
      const found = (list === undefined ? [] : childrenOf(list)).find(
        (each) => attributeOf(each, "level") === String(level),
      );
      return found !== undefined && nameOf(found) === "list-level-style-number";
    },
  };
}
