/** What the grades slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { lineField } from "#kernel/line-field.ts";
import { CourseName, idField, PersonName } from "#slices/courses/api.ts";

export const categoriesMax = 20;
export const manualColumnsMax = 100;
export const lettersMax = 20;
export const dropLowestMax = 50;
export const pointsMax = 10_000;
export const reasonLengthMax = 500;
/** Cells that one call changes. */
export const cellsPerCallMax = 100;

export const categoryIdField = idField("the category");
export const columnIdField = idField("the column: an assignment's, or of a column of the gradebook's own");
export const studentIdField = idField("the student");
export const titleField = lineField(120, "What it is called.");

const twoDecimals = (value: number) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;
export const pointsField = z
  .number()
  .min(0)
  .max(pointsMax)
  .refine(twoDecimals, "This may have at most two decimals.");
export const percentField = z
  .number()
  .min(0)
  .max(1_000)
  .refine(twoDecimals, "This may have at most two decimals.");

export const totalMethods = ["points", "weighted"] as const;
export const TotalMethod = z.enum(totalMethods).meta({
  id: "TotalMethod",
  description: "Whether all points are added up, or each category has its share of the total.",
});
export type TotalMethod = z.output<typeof TotalMethod>;

export const MissingPolicy = z.enum(["ignored", "zero"]).meta({
  id: "MissingPolicy",
  description: "What becomes of work that is past its date and was not handed in.",
});
export type MissingPolicy = z.output<typeof MissingPolicy>;

export const Letter = z
  .object({
    letter: lineField(10, "What is given: A, pass, 1.3."),
    from: percentField.meta({ description: "The lowest percentage that earns it." }),
  })
  .meta({ id: "Letter" });

export const GradeCategory = z
  .object({
    categoryId: z.string(),
    title: z.string(),
    weight: z.number().meta({ description: "Percent of the course, where categories are weighted." }),
    dropLowest: z.int().meta({ description: "How many of a student's lowest marks in it do not count." }),
  })
  .meta({ id: "GradeCategory" });

export const GradeColumn = z
  .object({
    columnId: z.string().meta({ description: "The assignment's id, for an assignment." }),
    assignmentId: z.string().nullable().meta({ description: "Null for a column of the gradebook's own." }),
    title: z.string(),
    categoryId: z.string().nullable(),
    pointsMax: z.number().meta({ description: "0: its points are extra." }),
    dueAt: z.int().nullable().meta({ description: "Milliseconds UTC." }),
    posted: z.boolean().meta({ description: "Whether students see its marks, once those are released." }),
    counts: z.boolean().meta({ description: "Whether it is part of the total." }),
    hidesNames: z.boolean().meta({
      description: "Whether it is graded without names at present: then no marks of it stand beside any.",
    }),
  })
  .meta({ id: "GradeColumn" });
export type GradeColumn = z.output<typeof GradeColumn>;

export const GradingScheme = z
  .object({
    method: TotalMethod,
    missing: MissingPolicy,
    letters: z.array(Letter).meta({ description: "Empty: the course gives no letters." }),
    showsTotal: z.boolean().meta({ description: "Whether students see their total." }),
    categories: z.array(GradeCategory),
    version: z.int(),
  })
  .meta({ id: "GradingScheme" });
export type GradingScheme = z.output<typeof GradingScheme>;

export const cellFates = [
  "counted",
  "dropped",
  "excused",
  "unmarked",
  "missing_ignored",
  "missing_counted",
  "weightless",
  "left_out",
] as const;
export const CellFate = z.enum(cellFates).meta({
  id: "CellFate",
  description: "What becomes of a mark in the total, and why.",
});

export const GradeCell = z
  .object({
    columnId: z.string(),
    points: z
      .number()
      .nullable()
      .meta({ description: "Null: no mark yet, or none that the reader may see." }),
    isOverride: z
      .boolean()
      .meta({ description: "Whether it was set here, over the assignment's own grade." }),
    isReleased: z.boolean().meta({ description: "Whether the student sees it." }),
    isMissing: z.boolean(),
    isExcused: z.boolean(),
    fate: CellFate,
    version: z.int().meta({ description: "Grows with each change made here; 1 before the first." }),
  })
  .meta({ id: "GradeCell" });
export type GradeCell = z.output<typeof GradeCell>;

export const CategoryTotal = z
  .object({
    categoryId: z.string().nullable(),
    points: z.number(),
    pointsMax: z.number(),
    percent: z.number().nullable(),
    share: z.number().meta({ description: "Percent of the total." }),
  })
  .meta({ id: "CategoryTotal" });

export const GradeTotal = z
  .object({
    percent: z.number().nullable().meta({ description: "Null while nothing counts." }),
    letter: z.string().nullable(),
    categories: z.array(CategoryTotal),
  })
  .meta({ id: "GradeTotal" });
export type GradeTotal = z.output<typeof GradeTotal>;

export const GradebookRow = z
  .object({ student: PersonName, cells: z.array(GradeCell), total: GradeTotal })
  .meta({ id: "GradebookRow" });

export const Gradebook = z.object({
  course: CourseName,
  scheme: GradingScheme,
  columns: z.array(GradeColumn),
});

export const GradeCellChange = z
  .object({
    pointsBefore: z.number().nullable(),
    pointsAfter: z.number().nullable(),
    excusedBefore: z.boolean(),
    excusedAfter: z.boolean(),
    reason: z.string(),
    changedBy: PersonName,
    changedAt: z.int().meta({ description: "Milliseconds UTC." }),
    source: z
      .enum(["gradebook", "csv"])
      .meta({ id: "GradeCellSource", description: "Whether it was set by hand, or came in a file." }),
  })
  .meta({ id: "GradeCellChange" });

export const gradeImportBytesMax = 8 * 1_024 * 1_024;
export const gradeImportLinesMax = 20_000;
/** Cells of one import that differ from what is here. */
export const gradeImportCellsMax = 100_000;
/** How long the preview of an import, afterwards its report, is kept. */
export const gradeImportRetentionMs = 30 * 86_400_000;
/** Conflicts that one call chooses one by one. */
export const choicesPerCallMax = 200;

export const gradeImportStates = ["reading", "ready", "failed", "applying", "done", "cancelled"] as const;
export type GradeImportState = (typeof gradeImportStates)[number];

export const GradeImportOutcome = z.enum(["change", "conflict", "newer", "invalid"]).meta({
  id: "GradeImportOutcome",
  description:
    "What comes of a cell. `conflict`: it was changed here since the file was exported, or the file does not say what it was; `newer`: changed here, and not in the file, so it stays.",
});
export type GradeImportOutcome = z.output<typeof GradeImportOutcome>;

export const ImportChoice = z.enum(["file", "here"]).meta({
  id: "GradeImportChoice",
  description: "Which of two values is to hold: the file's, or the one that is here.",
});
export type ImportChoice = z.output<typeof ImportChoice>;

const count = z.int().nonnegative();

export const GradeImport = z
  .object({
    importId: z.string(),
    courseId: z.string(),
    fileName: z.string(),
    state: z.enum(gradeImportStates).meta({ id: "GradeImportState" }),
    problem: z.string().nullable().meta({ description: "Why the file could not be read." }),
    ignoredColumns: z.array(z.string()),
    exportedAt: z.int().nullable().meta({
      description: "When the file was exported here; null when it was made elsewhere. Milliseconds UTC.",
    }),
    linesRead: count,
    same: count.meta({ description: "Cells that are as they were." }),
    changes: count,
    conflicts: count,
    openConflicts: count.meta({ description: "Conflicts in which nobody has chosen yet." }),
    defaultChoice: ImportChoice.nullable().meta({ description: "What holds for all others." }),
    newer: count,
    invalid: count,
    toApply: count.meta({ description: "Cells that applying sets." }),
    applied: count.meta({ description: "How many of them are set." }),
    skipped: count.meta({ description: "Cells that were not set, because they changed after the preview." }),
    madeBy: PersonName,
    madeAt: z.int().meta({ description: "Milliseconds UTC." }),
    endedAt: z.int().nullable().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "GradeImport" });
export type GradeImport = z.output<typeof GradeImport>;

export const GradeImportCell = z
  .object({
    position: z.int().meta({ description: "By which a choice names it." }),
    line: z.int().meta({ description: "The line of the file." }),
    student: PersonName.meta({ description: "As the file names them, where the course has none such." }),
    columnId: z.string(),
    columnTitle: z.string(),
    outcome: GradeImportOutcome,
    fileText: z.string().meta({ description: "What the file says." }),
    herePoints: z.number().nullable(),
    hereExcused: z.boolean(),
    hereBy: z.string().meta({ description: "Who set what is here; empty for nobody." }),
    hereAt: z.int().nullable().meta({ description: "When; milliseconds UTC." }),
    choice: ImportChoice.nullable(),
    reason: z.string().nullable(),
    skipped: z.string().nullable().meta({ description: "Why it was not set after all." }),
  })
  .meta({ id: "GradeImportCell" });
export type GradeImportCell = z.output<typeof GradeImportCell>;
