/** The rows that the queries slice owns. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import type { QueryState } from "./schema.ts";

export interface QueriesTable {
  id: string;
  course_id: string;
  asker_id: string;
  material_id: string | null;
  page: number | null;
  assignment_id: string | null;
  title: string;
  body: string;
  state: QueryState;
  /** The order of lists: 0 open, 1 answered, 2 closed. */
  state_rank: 0 | 1 | 2;
  /** Within a state, ascending: open ones by since when they wait, the others with the latest change first. */
  order_key: number;
  waiting_since: number | null;
  answer_count: number;
  created_at: number;
  updated_at: number;
}

export interface AnswersTable {
  id: string;
  query_id: string;
  author_id: string;
  body: string;
  created_at: number;
}

export interface QueriesTables {
  queries: QueriesTable;
  answers: AnswersTable;
}

/** Every table, with the columns that hold personal data. */
export const queriesTables: Readonly<Record<keyof QueriesTables, TableFacts>> = {
  queries: { personal: ["asker_id", "title", "body"] },
  answers: { personal: ["author_id", "body"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<QueriesTables>();
