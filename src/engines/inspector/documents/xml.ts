/** The little of XML that office documents need: elements by their names without prefix. No entities are expanded. */
import { DomUtils, parseDocument } from "htmlparser2";

export type Xml = NonNullable<ReturnType<typeof DomUtils.findOne>>;
type XmlNode = Xml["children"][number];

function isElement(node: XmlNode): node is Xml {
  return "attribs" in node;
}

/** The root of a part; null where the part is missing or holds no element. */
export function rootOf(text: string | null): Xml | null {
  if (text === null) return null;
  const document = parseDocument(text, { xmlMode: true, decodeEntities: true });
  return document.children.find(isElement) ?? null;
}

export function nameOf({ name }: Xml): string {
  return name.slice(name.indexOf(":") + 1);
}

/** The elements right inside, of one name where it is given. */
export function childrenOf(node: Xml, name?: string): Xml[] {
  const elements = node.children.filter(isElement);
  return name === undefined ? elements : elements.filter((child) => nameOf(child) === name);
}

export function childOf(node: Xml, name: string): Xml | undefined {
  return childrenOf(node, name)[0];
}

/** Every element of this name inside, however deep, in the order of the document. */
export function allIn(node: Xml, name: string): Xml[] {
  return childrenOf(node).flatMap((child) =>
    nameOf(child) === name ? [child, ...allIn(child, name)] : allIn(child, name),
  );
}

/** What stands inside in order: elements, and the text between them. */
export function contentOf(node: Xml): (Xml | string)[] {
  return node.children.flatMap((child): (Xml | string)[] => {
    if (isElement(child)) return [child];
    return "data" in child && child.type === "text" ? [child.data] : [];
  });
}

export function textIn(node: Xml): string {
  return DomUtils.textContent(node);
}

/** The value of an attribute by its name without prefix; empty where there is none. */
export function attributeOf(node: Xml, name: string): string {
  for (const [key, value] of Object.entries(node.attribs))
    if (key === name || key.endsWith(`:${name}`)) return value;
  return "";
}

/** The parts that a part of an OOXML document refers to, by the id of the relation. */
export function relationsOf(root: Xml | null, partName: string): ReadonlyMap<string, string> {
  const folder = partName.slice(0, partName.lastIndexOf("/") + 1);
  return new Map(
    (root === null ? [] : childrenOf(root, "Relationship"))
      .filter((each) => each.attribs.TargetMode !== "External")
      .map((each) => [each.attribs.Id ?? "", resolved(folder, each.attribs.Target ?? "")]),
  );
}

/** The name of the part that holds the relations of another one. */
export function relationsPart(partName: string): string {
  const at = partName.lastIndexOf("/") + 1;
  return `${partName.slice(0, at)}_rels/${partName.slice(at)}.rels`;
}

function resolved(folder: string, target: string): string {
  return new URL(target, `zip:///${folder}`).pathname.slice(1);
}
