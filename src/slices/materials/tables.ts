/** The rows that the materials slice owns. */

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
