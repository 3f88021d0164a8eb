/**
 * What the school has read from an office document, as React elements: only those of the list below are ever made, so
 * that nothing depends on the school's cleaning alone.
 */
import { createElement, Fragment, type ReactNode } from "react";
import { headingLevels } from "./heading-levels.ts";
import "./materials.css";

const elements = new Set([
  ...["h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code"],
  ...["strong", "em", "u", "s", "sub", "sup", "a", "ul", "ol", "li", "img"],
  ...["table", "thead", "tbody", "tr", "th", "td"],
]);
const shortCellMax = 16;
const ownId = /^document-[\w-]+$/;
const imageSource = /^data:image\/(png|jpeg|gif|webp);base64,/;
const address = /^(https?:|mailto:|#document-)/i;

/** Each heading gets an id, `heading=3` for the third, so that an address can lead there. */
export function DocumentHtml({ html }: { readonly html: string }) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const state = { headings: 0, levelOf: headingLevels() };
  return createElement("div", { className: "markdown prose document" }, ...childrenOf(body, state));
}

interface State {
  headings: number;
  readonly levelOf: (level: number) => number;
}

function childrenOf(node: Node, state: State): ReactNode[] {
  return [...node.childNodes].map((child) => elementOf(child, state));
}

function elementOf(node: Node, state: State): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue;
  if (!(node instanceof Element)) return null;
  const name = node.localName;
  if (!elements.has(name)) return createElement(Fragment, null, ...childrenOf(node, state));
  if (name === "img") {
    const source = node.getAttribute("src") ?? "";
    const alt = node.getAttribute("alt") ?? "";
    return imageSource.test(source) ? <img className="markdown-image" src={source} alt={alt} /> : alt;
  }
  if (name === "br" || name === "hr") return createElement(name);
  const heading = /^h([1-6])$/.exec(name)?.[1];
  if (heading !== undefined) {
    const id = `heading=${++state.headings}`;
    const level = state.levelOf(Number(heading));
    return createElement(`h${level}`, { id, tabIndex: -1 }, ...childrenOf(node, state));
  }
  const inner = childrenOf(node, state);
  if (name === "table")
    return (
      <div className="table-frame" tabIndex={0}>
        {createElement("table", { className: "markdown-table" }, ...inner)}
      </div>
    );
  return createElement(name, attributesOf(node, name), ...inner);
}

function attributesOf(node: Element, name: string): Record<string, string | number> {
  const id = node.getAttribute("id") ?? "";
  const attributes: Record<string, string | number> = ownId.test(id) ? { id, tabIndex: -1 } : {};
  // Dates and numbers are not broken in two.
  if (/^t[dh]$/.test(name) && (node.textContent ?? "").length <= shortCellMax)
    attributes.className = "cell-short";
  const href = node.getAttribute("href") ?? "";
  if (name === "a" && address.test(href)) Object.assign(attributes, { href, rel: "noreferrer" });
  for (const [from, to] of [
    ["colspan", "colSpan"],
    ["rowspan", "rowSpan"],
    ["start", "start"],
  ] as const) {
    const count = Number(node.getAttribute(from));
    if (Number.isInteger(count) && count > 0 && count <= 1_000) attributes[to] = count;
  }
  return attributes;
}
