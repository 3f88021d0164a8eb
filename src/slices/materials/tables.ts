/** The rows that the materials slice owns. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";

export interface MaterialsTable {
  id: string;
  course_id: string;
  title: string;
  description: string;
  published: 0 | 1;
  /** Ascending within the course; two may share a place, the id then decides. */
  place: number;
  file_name: string;
  media_type: string;
  bytes: number;
  sha256: string;
  pages: number | null;
  version: number;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
  removed_at: number | null;
}

export interface MaterialsTables {
  materials: MaterialsTable;
}

/** Every table, with the columns that hold personal data. */
export const materialsTables: Readonly<Record<keyof MaterialsTables, TableFacts>> = {
  materials: { personal: ["created_by", "updated_by"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<MaterialsTables>();
