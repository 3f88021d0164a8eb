/** The gradebook on a phone: one student at a time, a mark on each line. */
import { useState } from "react";
import { Button, IconButton } from "../ui/button.tsx";
import { useText } from "../ui/text.ts";
import type { Book, Column, Row } from "./get-gradebook.tsx";
import { wordsOf } from "./gradebook-grid.tsx";
import { percentText, pointsText } from "./numbers.ts";

export function OneStudent({
  book,
  rows,
  onDetails,
}: {
  readonly book: Book;
  readonly rows: readonly Row[];
  readonly onDetails: (row: Row, column: Column) => void;
}) {
  const text = useText();
  const [wanted, setWanted] = useState(0);
  const at = Math.min(wanted, rows.length - 1);
  const row = rows[at];
  if (row === undefined) return null;
  return (
    <section className="card stack" aria-label={row.student.name}>
      <div className="row row-apart">
        <IconButton
          icon="back"
          label={text("grid.previous")}
          isDisabled={at === 0}
          onPress={() => setWanted(at - 1)}
        />
        <div className="one-student">
          <h3>{row.student.name}</h3>
          <p className="soft number">
            {row.total.percent === null ? "–" : percentText(row.total.percent)} {row.total.letter}
          </p>
        </div>
        <IconButton
          icon="next"
          label={text("grid.next")}
          isDisabled={at === rows.length - 1}
          onPress={() => setWanted(at + 1)}
        />
      </div>
      <ul className="list">
        {book.columns.map((column) => {
          const cell = row.cells.find(({ columnId }) => columnId === column.columnId);
          const words = wordsOf(cell, undefined, text);
          return (
            <li key={column.columnId}>
              <div className="grow">
                <p className="item-title">{column.title}</p>
                <p className="faint">
                  {column.pointsMax === 0
                    ? text("gradebook.extra")
                    : text("gradebook.outOf", { points: pointsText(column.pointsMax) })}
                </p>
              </div>
              <Button
                aria-label={text("gradebook.cellLabel", {
                  student: row.student.name,
                  column: column.title,
                  mark: words === "" ? text("gradebook.noMark") : words,
                })}
                onPress={() => onDetails(row, column)}
              >
                {words === "" ? "–" : words}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
