/** The rows that the materials slice owns. */
import type { DocumentFormat } from "#engines/inspector/port.ts";
import { jobFor } from "#kernel/job.ts";
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import { scheduleFor } from "#kernel/slice-schedule.ts";

export type MaterialKindName = "file" | "link" | "page";
export type PrerequisiteKindName = "material" | "assignment";

/** What a revision of a material holds; empty or 0 where its kind has none of it. */
export interface RevisionColumns {
  url: string;
  file_name: string;
  media_type: string;
  bytes: number;
  sha256: string;
  pages: number | null;
}

export interface MaterialsTable extends RevisionColumns {
  id: string;
  course_id: string;
  kind: MaterialKindName;
  title: string;
  description: string;
  published: 0 | 1;
  /** The module that it stands in; empty for the course's general contents. */
  module_id: string;
  /** Ascending within the module; two may share a place, the id then decides. */
  place: number;
  /** The revision that the columns of content above are of; what was before stands in `material_revisions`. */
  revision: number;
  revision_note: string;
  /** Who made this revision and when; null for the first one of files that came before there were revisions. */
  revised_by: string | null;
  revised_at: number | null;
  /** When a draft publishes itself. */
  publish_at: number | null;
  available_from: number | null;
  available_until: number | null;
  /** When the schedule next has something to do with it; null when never. */
  release_due_at: number | null;
  /** When `material.released` was said of it; null while it is not released. */
  released_at: number | null;
  version: number;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
  removed_at: number | null;
}

export interface MaterialRevisionsTable extends RevisionColumns {
  material_id: string;
  revision: number;
  note: string;
  made_by: string;
  made_at: number;
}

export interface PageImagesTable {
  id: string;
  material_id: string;
  file_name: string;
  media_type: string;
  bytes: number;
  sha256: string;
  created_by: string;
  created_at: number;
}

export interface CaptionsTable {
  id: string;
  material_id: string;
  language: string;
  label: string;
  file_name: string;
  bytes: number;
  sha256: string;
  created_by: string;
  created_at: number;
}

/** What was read from an office document, by the content of its file. */
export interface MaterialDocumentsTable {
  sha256: string;
  state: "waiting" | "ready" | "failed";
  format: DocumentFormat;
  /** Why it could not be read; empty otherwise. */
  problem: string;
  /** The file that holds its HTML; empty and 0 unless it is ready. */
  html_sha256: string;
  html_bytes: number;
  /** Whether something was left out of the HTML. */
  is_cut: 0 | 1;
  reader_version: number;
  asked_at: number;
}

export interface CourseAssignmentsTable {
  assignment_id: string;
  course_id: string;
  published: 0 | 1;
  /** Whether it stands among the course's contents. */
  placed: 0 | 1;
  module_id: string;
  place: number;
}

export interface MaterialReadingsTable {
  material_id: string;
  person_id: string;
  course_id: string;
  /** The revision that was opened last. */
  revision: number;
  /** Where the reader was: a page, or a second of a recording. */
  place: number | null;
  opened_at: number;
  read_at: number | null;
}

export interface MaterialsTables {
  materials: MaterialsTable;
  material_revisions: MaterialRevisionsTable;
  /** The Markdown of every revision of a page that is kept. */
  material_page_texts: { material_id: string; revision: number; text: string };
  /** What somebody is writing: saved as they type, seen by nobody else. `revision` is the one that they began from. */
  material_page_drafts: {
    material_id: string;
    person_id: string;
    revision: number;
    text: string;
    saved_at: number;
  };
  material_page_images: PageImagesTable;
  material_captions: CaptionsTable;
  material_documents: MaterialDocumentsTable;
  material_prerequisites: {
    material_id: string;
    kind: PrerequisiteKindName;
    required_id: string;
    course_id: string;
  };
  material_groups: { material_id: string; group_id: string; course_id: string };
  /** What the feed has told of assignments, so that they can be placed and required. */
  course_assignments: CourseAssignmentsTable;
  /** Who has handed in what, as the feed has told. */
  assignments_handed_in: { person_id: string; course_id: string; assignment_id: string };
  material_readings: MaterialReadingsTable;
}

/** Every table, with the columns that hold personal data. */
export const materialsTables: Readonly<Record<keyof MaterialsTables, TableFacts>> = {
  materials: { personal: ["created_by", "updated_by", "revised_by"] },
  material_revisions: { personal: ["made_by"] },
  material_page_texts: { personal: [] },
  material_page_drafts: { personal: ["person_id", "text"] },
  material_page_images: { personal: ["created_by"] },
  material_captions: { personal: ["created_by"] },
  material_documents: { personal: [] },
  material_prerequisites: { personal: [] },
  material_groups: { personal: [] },
  course_assignments: { personal: [] },
  assignments_handed_in: { personal: ["person_id"] },
  material_readings: { personal: ["person_id", "place", "opened_at", "read_at"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<MaterialsTables>();
/** Declares a job over these tables. */
export const job = jobFor<MaterialsTables>();
/** Declares a schedule over these tables. */
export const schedule = scheduleFor<MaterialsTables>();
