/** The rows that the queries slice owns. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import type { AuthorRole, PostKind, QueryState, Visibility } from "./schema.ts";

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
  /** Answers and follow-ups. */
  answer_count: number;
  created_at: number;
  updated_at: number;
  visibility: Visibility;
  /** Whether classmates are not told who asks; those who teach are. */
  anonymous: 0 | 1;
  /** How many classmates asked the same. */
  same_count: number;
  version: number;
  edited_at: number | null;
  /** The query whose answers count for this one; its state then follows that one's. */
  merged_into: string | null;
  /** What it comes back to when the merge is undone. */
  state_before_merge: QueryState | null;
  waiting_before_merge: number | null;
  /** The query that it was merged into until its asker followed up; what was answered there by then still stands here. */
  shared_from: string | null;
  shared_until: number | null;
}

export interface AnswersTable {
  id: string;
  query_id: string;
  author_id: string;
  body: string;
  created_at: number;
  /** `follow_up`: what the asker added. */
  kind: PostKind;
  author_role: AuthorRole;
  endorsed_by: string | null;
  endorsed_at: number | null;
  version: number;
  edited_at: number | null;
}

/** A classmate who asks the same. */
export interface QuerySamesTable {
  query_id: string;
  person_id: string;
  added_at: number;
}

/** What a query or an answer said before it was edited. */
export interface QueryRevisionsTable {
  id: string;
  query_id: string;
  answer_id: string | null;
  title: string | null;
  body: string;
  written_by: string;
  replaced_at: number;
}

/** Somebody of the staff who is writing an answer. */
export interface QueryAnsweringTable {
  query_id: string;
  person_id: string;
  since: number;
}

/** A file beside a query or an answer; of neither as long as it is not sent. */
export interface QueryAttachmentsTable {
  id: string;
  course_id: string;
  query_id: string | null;
  answer_id: string | null;
  added_by: string;
  added_at: number;
  file_name: string;
  media_type: string;
  bytes: number;
  sha256: string;
}

export interface QueriesTables {
  queries: QueriesTable;
  answers: AnswersTable;
  query_sames: QuerySamesTable;
  query_revisions: QueryRevisionsTable;
  query_answering: QueryAnsweringTable;
  query_attachments: QueryAttachmentsTable;
}

/** Every table, with the columns that hold personal data. */
export const queriesTables: Readonly<Record<keyof QueriesTables, TableFacts>> = {
  queries: { personal: ["asker_id", "title", "body"] },
  answers: { personal: ["author_id", "body", "endorsed_by"] },
  query_sames: { personal: ["person_id"] },
  query_revisions: { personal: ["title", "body", "written_by"] },
  query_answering: { personal: ["person_id"] },
  query_attachments: { personal: ["added_by", "file_name"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<QueriesTables>();
