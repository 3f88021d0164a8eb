/** The rows that the progress slice owns. All else that it says is derived from what other slices know. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";

/** When somebody looked at their Today: what came after the visit before this one is new to them. */
export interface TodayVisitsTable {
  person_id: string;
  /** The end of the visit before the present one; null while there was none. */
  since_at: number | null;
  seen_at: number;
}

export interface ProgressTables {
  today_visits: TodayVisitsTable;
}

/** Every table, with the columns that hold personal data. */
export const progressTables: Readonly<Record<keyof ProgressTables, TableFacts>> = {
  today_visits: { personal: ["person_id", "since_at", "seen_at"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<ProgressTables>();
