/**
 * Saving cells of the gradebook: each with the version that was seen, so that nobody's mark is overwritten unseen; each
 * saving can be taken back. What is on its way shows at once, what met somebody else's change waits for a decision.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CallError } from "../client.ts";
import type { ReadOutput } from "../contract.ts";
import { useCommand } from "../data.ts";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";

type Column = ReadOutput<"grades.getGradebook">["columns"][number];
type Row = ReadOutput<"grades.listGradebookRows">["items"][number];
export type Cell = Row["cells"][number];

export interface CellWish {
  readonly column: Column;
  readonly student: Row["student"];
  readonly cell: Cell;
  readonly points: number | null;
  readonly excused: boolean;
}

export interface Conflict {
  readonly wishes: readonly CellWish[];
  /** Who changed what, in the server's words. */
  readonly message: string;
}

export interface CellSaver {
  readonly save: (wishes: readonly CellWish[]) => Promise<void>;
  /** What is being saved in a cell; undefined where nothing is. */
  readonly pendingOf: (columnId: string, studentId: string) => CellWish | undefined;
  readonly conflict: Conflict | null;
  readonly drop: () => void;
  readonly error: unknown;
}

/** So many cells go in one call. */
const cellsPerCallMax = 100;

/** What was set in the gradebook itself: an assignment's own grade is not. */
export function ownPoints(cell: Cell, column: Pick<Column, "assignmentId">): number | null {
  return column.assignmentId !== null && !cell.isOverride ? null : cell.points;
}

export function useCellSaver(courseId: string): CellSaver {
  const text = useText();
  const client = useQueryClient();
  const { run } = useCommand("grades.setGradeCells");
  const [pending, setPending] = useState<ReadonlyMap<string, CellWish>>(new Map());
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function save(wishes: readonly CellWish[]): Promise<void> {
    setError(null);
    setConflict(null);
    setPending(new Map(wishes.map((wish) => [keyOf(wish.column.columnId, wish.student.personId), wish])));
    const undone: CellWish[] = [];
    try {
      for (let start = 0; start < wishes.length; start += cellsPerCallMax) {
        const some = wishes.slice(start, start + cellsPerCallMax);
        const { cells } = await run({
          courseId,
          reason: "",
          cells: some.map(({ column, student, cell, points, excused }) => ({
            ...{ columnId: column.columnId, studentId: student.personId, version: cell.version },
            ...{ points, excused },
          })),
        });
        for (const [at, wish] of some.entries()) {
          const now = cells[at];
          if (now !== undefined)
            undone.push({
              ...wish,
              cell: now,
              points: ownPoints(wish.cell, wish.column),
              excused: wish.cell.isExcused,
            });
        }
      }
      const [only] = wishes;
      const said =
        wishes.length === 1 && only !== undefined
          ? text("grid.savedOne", { student: only.student.name, column: only.column.title })
          : text("grid.saved", { count: wishes.length });
      toast(said, () => void save(undone));
    } catch (failure) {
      if (failure instanceof CallError && failure.code === "stale_version") {
        setConflict({ wishes, message: failure.message });
        // What somebody else set is shown, and its version known, before one decides.
        await client.invalidateQueries({ queryKey: ["grades.listGradebookRows"] });
      } else setError(failure);
    } finally {
      setPending(new Map());
    }
  }

  return {
    save,
    pendingOf: (columnId, studentId) => pending.get(keyOf(columnId, studentId)),
    conflict,
    drop: () => setConflict(null),
    error,
  };
}

function keyOf(columnId: string, studentId: string): string {
  return `${columnId} ${studentId}`;
}
