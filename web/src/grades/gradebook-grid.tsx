/**
 * The marks as a grid for the keyboard: arrows move, typing replaces, Enter saves and goes down, Escape takes back, a column
 * copied from a spreadsheet is pasted. One cell takes the focus; each says whose mark in what it is.
 */
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { beginsTyping, moveBy, readPasted, readTyped, type Spot } from "./cell-text.ts";
import type { Book, Column, Row } from "./get-gradebook.tsx";
import { percentText, pointsText } from "./numbers.ts";
import { type CellSaver, type CellWish, ownPoints } from "./use-cells.ts";

/** To a screen reader a table in which arrows move is a grid; its rows and cells are then those of a grid by themselves. */
const asGrid = { role: "grid" } as const;

export interface GridProps {
  readonly book: Book;
  readonly rows: readonly Row[];
  readonly saver: CellSaver;
  /** Opens a column to change it; without it, in an archived course, nothing here can be changed. */
  readonly onColumn?: (column: Column) => void;
  readonly onDetails: (row: Row, column: Column) => void;
}

export function GradebookGrid({ book, rows, saver, onColumn, onDetails }: GridProps) {
  const text = useText();
  const [spot, setSpot] = useState<Spot>({ row: 0, column: 0 });
  const [typed, setTyped] = useState<string | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const moved = useRef(false);
  /** What is typed into; null once a key has settled it, so that leaving the field does not save it again. */
  const open = useRef<Spot | null>(null);
  const size = { rows: rows.length, columns: book.columns.length };

  useEffect(() => {
    // Only a key or a press moves the focus; rows that come in later must not take it.
    if (!moved.current || typed !== null) return;
    moved.current = false;
    table.current?.querySelector<HTMLElement>(`[data-spot="${spot.row} ${spot.column}"]`)?.focus();
  }, [spot, typed]);

  function type(at: Spot, value: string) {
    if (onColumn === undefined) return;
    open.current = at;
    setSpot(at);
    setTyped(value);
  }

  function go(to: Spot) {
    moved.current = true;
    open.current = null;
    setTyped(null);
    setSpot(to);
  }

  function wishFor({ row, column }: Spot, value: string): CellWish | "number" | "range" | "fixed" | null {
    const [line, head] = [rows[row], book.columns[column]];
    const cell = line?.cells.find(({ columnId }) => columnId === head?.columnId);
    if (line === undefined || head === undefined || cell === undefined) return null;
    if (head.hidesNames) return "fixed";
    const read = readTyped(value, head.pointsMax);
    if ("problem" in read) return read.problem;
    const points = read.excused ? ownPoints(cell, head) : read.points;
    if (points === ownPoints(cell, head) && read.excused === cell.isExcused) return null;
    return { column: head, student: line.student, cell, points, excused: read.excused };
  }

  function save(at: Spot, value: string): boolean {
    if (onColumn === undefined) return false;
    const wish = wishFor(at, value);
    if (typeof wish === "string") {
      toast(text(`grid.problem.${wish}`));
      return false;
    }
    if (wish !== null) void saver.save([wish]);
    return true;
  }

  function onKey(event: KeyboardEvent, at: Spot) {
    if (event.metaKey || event.altKey || (event.ctrlKey && !["Home", "End"].includes(event.key))) return;
    const to = moveBy(event.key, at, size, event.ctrlKey);
    if (to !== null) go(to);
    else if (event.key === "Enter" || event.key === "F2") type(at, valueAt(at));
    else if (event.key === "Delete" || event.key === "Backspace") save(at, "");
    else if (event.key === " ") details(at);
    else if (beginsTyping(event.key)) type(at, event.key);
    else return;
    event.preventDefault();
  }

  function onInputKey(event: KeyboardEvent, at: Spot) {
    event.stopPropagation();
    const next: Readonly<Record<string, string>> = {
      Enter: event.shiftKey ? "ArrowUp" : "ArrowDown",
      Tab: event.shiftKey ? "ArrowLeft" : "ArrowRight",
      ArrowUp: "ArrowUp",
      ArrowDown: "ArrowDown",
    };
    const key = next[event.key];
    if (event.key === "Escape") go(at);
    else if (key === undefined || !save(at, typed ?? "")) return;
    else go(moveBy(key, at, size) ?? at);
    event.preventDefault();
  }

  function onPaste(event: ClipboardEvent, at: Spot) {
    if (typed !== null || onColumn === undefined) return;
    event.preventDefault();
    const wishes: CellWish[] = [];
    let left = 0;
    for (const [down, line] of readPasted(event.clipboardData.getData("text/plain")).entries())
      for (const [right, value] of line.entries()) {
        const wish = wishFor({ row: at.row + down, column: at.column + right }, value);
        if (typeof wish === "string") left++;
        else if (wish !== null) wishes.push(wish);
      }
    if (left > 0) toast(text("grid.leftOut", { count: left }));
    if (wishes.length > 0) void saver.save(wishes);
  }

  function valueAt({ row, column }: Spot): string {
    const head = book.columns[column];
    const cell = rows[row]?.cells.find(({ columnId }) => columnId === head?.columnId);
    if (cell === undefined || head === undefined) return "";
    if (cell.isExcused) return "EX";
    return cell.points === null ? "" : String(cell.points);
  }

  function details({ row, column }: Spot) {
    const [line, head] = [rows[row], book.columns[column]];
    if (line !== undefined && head !== undefined) onDetails(line, head);
  }

  return (
    <div className="gradebook-frame">
      <table className="gradebook" {...asGrid} aria-label={text("gradebook.marks")} ref={table}>
        <thead>
          <tr>
            <th scope="col">{text("gradebook.student")}</th>
            <th scope="col" className="gradebook-total">
              {text("gradebook.total")}
            </th>
            {book.columns.map((each) => (
              <th key={each.columnId} scope="col">
                <ColumnHead column={each} {...(onColumn && { onPress: () => onColumn(each) })} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, rowAt) => (
            <tr key={row.student.personId}>
              <th scope="row">{row.student.name}</th>
              <td className="gradebook-total number">
                {row.total.percent === null ? "–" : percentText(row.total.percent)}
                {row.total.letter !== null && <strong> {row.total.letter}</strong>}
              </td>
              {book.columns.map((column, columnAt) => {
                const at = { row: rowAt, column: columnAt };
                const isHere = spot.row === rowAt && spot.column === columnAt;
                const cell = row.cells.find(({ columnId }) => columnId === column.columnId);
                const words = wordsOf(cell, saver.pendingOf(column.columnId, row.student.personId), text);
                return (
                  <td
                    key={column.columnId}
                    className="gradebook-cell number"
                    data-spot={`${rowAt} ${columnAt}`}
                    data-fate={cell?.fate}
                    tabIndex={isHere ? 0 : -1}
                    aria-label={text("gradebook.cellLabel", {
                      student: row.student.name,
                      column: column.title,
                      mark: words === "" ? text("gradebook.noMark") : words,
                    })}
                    onKeyDown={(event) => onKey(event, at)}
                    onPaste={(event) => onPaste(event, at)}
                    onClick={() => !(isHere && typed !== null) && go(at)}
                    onDoubleClick={() => type(at, valueAt(at))}
                  >
                    {isHere && typed !== null ? (
                      <input
                        className="gradebook-input"
                        aria-label={text("grid.input", { student: row.student.name, column: column.title })}
                        value={typed}
                        inputMode="decimal"
                        ref={(input) => input?.focus()}
                        onChange={(event) => setTyped(event.target.value)}
                        onKeyDown={(event) => onInputKey(event, at)}
                        onBlur={() => {
                          // Whoever presses elsewhere has not taken it back.
                          if (open.current === null || !save(at, typed)) return;
                          open.current = null;
                          setTyped(null);
                        }}
                      />
                    ) : (
                      <>
                        {words === "" ? "–" : words}
                        {cell?.isOverride === true && <span aria-hidden="true">*</span>}
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Text = ReturnType<typeof useText>;

/** A cell in words; what is being saved shows at once. */
export function wordsOf(
  cell: Row["cells"][number] | undefined,
  pending: CellWish | undefined,
  text: Text,
): string {
  if (pending !== undefined)
    return [
      pending.points === null ? "" : pointsText(pending.points),
      pending.excused ? text("gradebook.excused") : "",
    ]
      .filter((word) => word !== "")
      .join(", ");
  if (cell === undefined) return "";
  return [
    cell.points === null ? "" : pointsText(cell.points),
    cell.isExcused ? text("gradebook.excused") : "",
    cell.points === null && cell.isMissing && !cell.isExcused ? text("gradebook.missing") : "",
  ]
    .filter((word) => word !== "")
    .join(", ");
}

function ColumnHead({ column, onPress }: { readonly column: Column; readonly onPress?: () => void }) {
  const text = useText();
  const { title, pointsMax, posted, counts, hidesNames } = column;
  const facts = [
    pointsMax === 0 ? text("gradebook.extra") : text("gradebook.outOf", { points: pointsText(pointsMax) }),
    ...(posted ? [] : [text("gradebook.hidden")]),
    ...(counts ? [] : [text("gradebook.leftOut")]),
    ...(hidesNames ? [text("gradebook.hidesNames")] : []),
  ];
  const words = (
    <>
      <span>{title}</span>
      <span className="faint">{facts.join(" · ")}</span>
    </>
  );
  if (onPress === undefined) return <span className="gradebook-head">{words}</span>;
  return (
    <AriaButton className="gradebook-head" onPress={onPress}>
      <span className="visually-hidden">{text("gradebook.changeColumn")}</span>
      {words}
    </AriaButton>
  );
}
