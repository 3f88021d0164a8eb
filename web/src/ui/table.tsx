/** Tables that turn into cards on a phone; each cell keeps its column's name. */
import type { ReactNode } from "react";

export interface Column<Row> {
  readonly title: string;
  /** Null for nothing at all: then a card leaves the column's name out, too. */
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "end";
  /** What the row is about: stands alone at the top of its card. */
  readonly isLead?: boolean;
}

export interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    // What scrolls must be reachable by keyboard, so the frame takes the focus.
    <section className="table-frame" aria-label={caption} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" data-align={column.align}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => {
                const content = column.cell(row);
                return (
                  <td
                    key={column.title}
                    data-label={column.title}
                    data-align={column.align}
                    {...(column.isLead ? { "data-lead": "" } : {})}
                    {...(content === null ? { "data-empty": "" } : {})}
                  >
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
