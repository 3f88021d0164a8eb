/**
 * Markdown as React elements, never as HTML: what is not one of the forms below is shown as it was typed. Knows
 * headings, paragraphs, lists, quotes, code, tables, rules; emphasis, code, links and images of its own within a line.
 */
import { createContext, Fragment, type ReactNode, useContext } from "react";
import { headingLevels } from "./heading-levels.ts";
import "./materials.css";

export interface MarkdownProps {
  readonly source: string;
  /** Gives each heading an id, `heading=3` for the third, so that an address can lead there. */
  readonly hasAnchors?: boolean;
  /** Where an image of this text is, by its id: `![what it shows](image:ID)`. Without it, no image is shown. */
  readonly imageUrl?: (id: string) => string | null;
}

export function Markdown({ source, hasAnchors = false, imageUrl = noImage }: MarkdownProps) {
  const lines = source.replaceAll("\r\n", "\n").split("\n");
  return (
    <ImageUrls value={imageUrl}>
      <div className="markdown prose">{blocksOf(lines, 0, hasAnchors)}</div>
    </ImageUrls>
  );
}

const noImage = () => null;
const ImageUrls = createContext<(id: string) => string | null>(noImage);

function MarkdownImage({ id, alt }: { readonly id: string; readonly alt: string }) {
  const url = useContext(ImageUrls)(id);
  // An image that is not there leaves its description, which says what it showed.
  return url === null ? <em>{alt}</em> : <img className="markdown-image" src={url} alt={alt} />;
}

const listItem = /^(\s{0,3})([-*+]|\d{1,9}[.)])\s+(.*)$/;
const tableRule = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
/** Deeper than this, lists and quotes are shown as they were typed. */
const depthMax = 8;

function blocksOf(lines: readonly string[], depth = 0, hasAnchors = false): ReactNode[] {
  const blocks: ReactNode[] = [];
  let at = 0;
  let headings = 0;
  // What stands alone in a page has no heading left out; elsewhere it stands below headings that are not its own.
  const levelOf = hasAnchors ? headingLevels() : (level: number) => Math.min(level + 1, 6);
  const takeWhile = (fits: (line: string) => boolean) => {
    const from = at;
    while (at < lines.length && fits(lines[at] ?? "")) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const key = at;
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const fence = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (line.trim() === "") at++;
    else if (fence) {
      at++;
      const code = takeWhile((each) => !each.trim().startsWith(fence));
      at++;
      blocks.push(<pre key={key}>{code.join("\n")}</pre>);
    } else if (heading) {
      at++;
      const Level = `h${levelOf((heading[1] ?? "#").length)}` as "h2";
      const anchor = hasAnchors ? { id: `heading=${++headings}`, tabIndex: -1 } : {};
      blocks.push(
        <Level key={key} {...anchor}>
          {inline(heading[2] ?? "")}
        </Level>,
      );
    } else if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
      at++;
      blocks.push(<hr key={key} />);
    } else if (line.startsWith(">") && depth < depthMax) {
      const quoted = takeWhile((each) => each.startsWith(">")).map((each) => each.replace(/^> ?/, ""));
      blocks.push(<blockquote key={key}>{blocksOf(quoted, depth + 1)}</blockquote>);
    } else if (line.includes("|") && tableRule.test(lines[at + 1] ?? "")) {
      at += 2;
      blocks.push(<MarkdownTable key={key} head={line} rows={takeWhile((each) => each.includes("|"))} />);
    } else if (listItem.test(line) && depth < depthMax) {
      blocks.push(
        listOf(
          takeWhile((each) => listItem.test(each) || /^\s{2,}\S/.test(each)),
          key,
          depth,
        ),
      );
    } else {
      const from = at++;
      takeWhile(
        (each) => each.trim() !== "" && !/^(#{1,6}\s|>|\s{0,3}(```|~~~))/.test(each) && !listItem.test(each),
      );
      blocks.push(<p key={key}>{inline(lines.slice(from, at).join("\n"))}</p>);
    }
  }
  return blocks;
}

function listOf(lines: readonly string[], key: number, depth: number): ReactNode {
  const first = listItem.exec(lines[0] ?? "");
  const ordered = /\d/.test(first?.[2] ?? "");
  const indent = (first?.[1] ?? "").length;
  const items: string[][] = [];
  for (const line of lines) {
    const match = listItem.exec(line);
    if (match && (match[1] ?? "").length <= indent) items.push([match[3] ?? ""]);
    else items.at(-1)?.push(line.replace(/^\s{1,4}/, ""));
  }
  // The text is shown as a whole and its items never move.
  const shown = items.map((item, place) => <li key={place}>{blocksOf(item, depth + 1)}</li>);
  return ordered ? (
    <ol key={key} start={Number.parseInt(first?.[2] ?? "1", 10)}>
      {shown}
    </ol>
  ) : (
    <ul key={key}>{shown}</ul>
  );
}

function MarkdownTable({ head, rows }: { readonly head: string; readonly rows: readonly string[] }) {
  const titles = cellsOf(head);
  return (
    <div className="table-frame">
      <table className="markdown-table">
        <thead>
          <tr>
            {titles.map((title, column) => (
              // Columns never move.
              <th key={column} scope="col">
                {inline(title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            // Rows never move.
            <tr key={place}>
              {cellsOf(row).map((cell, column) => (
                // Columns never move.
                <td key={column}>{inline(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellsOf(row: string): string[] {
  const inner = row.trim().replace(/^\||(?<!\\)\|$/g, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

const spans =
  /(`+)(.+?)\1|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\b_([^_\s][^_]*)_\b|!\[([^\]]*)\]\(image:([\w-]+)\)|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>)]+)/gs;

function inline(source: string): ReactNode {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of source.matchAll(spans)) {
    parts.push(source.slice(from, match.index));
    from = match.index + match[0].length;
    parts.push(<Fragment key={match.index}>{spanOf(match)}</Fragment>);
  }
  parts.push(source.slice(from));
  return parts;
}

function spanOf([
  whole,
  ,
  code,
  strong,
  starred,
  scored,
  alt,
  image,
  label,
  target,
  bare,
]: RegExpMatchArray): ReactNode {
  if (code !== undefined) return <code>{code}</code>;
  if (strong !== undefined) return <strong>{inline(strong)}</strong>;
  const emphasis = starred ?? scored;
  if (emphasis !== undefined) return <em>{inline(emphasis)}</em>;
  if (image !== undefined) return <MarkdownImage id={image} alt={alt ?? ""} />;
  const address = target ?? bare ?? "";
  // Any other kind of address could run something.
  if (!/^(https?:|mailto:|\/(?!\/)|#)/i.test(address)) return whole;
  return (
    <a href={address} rel="noreferrer">
      {label ?? bare}
    </a>
  );
}
