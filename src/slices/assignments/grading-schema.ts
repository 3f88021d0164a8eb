/** What grading says on the wire: rubrics, marks, releases, appeals; and every limit on them. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { lineField } from "#kernel/line-field.ts";
import { idField, PersonName } from "#slices/courses/api.ts";
import { hasTwoDecimals } from "./points.ts";

export const criteriaMax = 30;
export const levelsMax = 10;
export const rubricTitleLengthMax = 200;
export const rubricTextLengthMax = 2_000;
export const noteLengthMax = 2_000;
export const reasonLengthMax = 2_000;
/** Files that are given back with one piece of work. */
export const feedbackFilesMax = 10;
/** People named as first or as second markers of an assignment. */
export const markersMax = 50;
/** Comments that one grader keeps. */
export const commentsMax = 300;
export const commentLengthMax = 2_000;
export const appealDaysMax = 365;
/** Members of a group whose points differ from the group's, in one call. */
export const adjustmentsMax = 50;
/** How long a release can be taken back without saying why. */
export const undoMs = 10 * 60_000;
export const searchLengthMax = 100;

const rubricPointsField = z
  .number()
  .min(0)
  .max(10_000)
  .refine(hasTwoDecimals, "This may have at most two decimals.")
  .meta({ description: "What this level gives, with at most two decimals." });

export const CriterionInput = z
  .strictObject({
    criterionId: idField("the criterion that this was, so that marks move with it").optional(),
    title: lineField(rubricTitleLengthMax, "What is judged."),
    description: z.string().max(rubricTextLengthMax).default(""),
    levels: z
      .array(
        z.strictObject({
          levelId: idField("the level that this was").optional(),
          title: lineField(rubricTitleLengthMax, "What the level is called."),
          description: z
            .string()
            .max(rubricTextLengthMax)
            .default("")
            .meta({ description: "What work of this level is like." }),
          points: rubricPointsField,
        }),
      )
      .min(1)
      .max(levelsMax),
  })
  .meta({ id: "RubricCriterionInput" });
export type CriterionInput = z.output<typeof CriterionInput>;

export const RubricLevel = z
  .object({ levelId: z.string(), title: z.string(), description: z.string(), points: z.number() })
  .meta({ id: "RubricLevel" });
export const RubricCriterion = z
  .object({
    criterionId: z.string(),
    title: z.string(),
    description: z.string(),
    levels: z.array(RubricLevel),
  })
  .meta({ id: "RubricCriterion" });

export const Rubric = z
  .object({
    assignmentId: z.string(),
    version: z.int(),
    state: z.enum(["proposed", "applying", "current", "past"]).meta({ id: "RubricState" }),
    criteria: z.array(RubricCriterion).meta({ description: "None: grading goes by points." }),
    pointsMax: z.number().meta({ description: "What the best levels give together." }),
    marks: z.int().meta({ description: "Marks under the rubric before it, when it was proposed." }),
    marksDone: z.int().meta({ description: "How many of them have been looked at while it is applied." }),
    madeBy: PersonName,
    madeAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "Rubric" });
export type Rubric = z.output<typeof Rubric>;

export const ChosenLevelInput = z
  .strictObject({
    criterionId: idField("the criterion"),
    levelId: idField("its level"),
    note: z.string().max(noteLengthMax).default(""),
  })
  .meta({ id: "ChosenLevelInput" });

/** A level as it was when it was chosen. */
export const ChosenLevel = z
  .object({
    criterionId: z.string(),
    criterion: z.string().meta({ description: "The criterion's title." }),
    levelId: z.string(),
    level: z.string().meta({ description: "The level's title." }),
    description: z.string(),
    points: z.number(),
    pointsMax: z.number().meta({ description: "What the criterion's best level gives." }),
    note: z.string(),
  })
  .meta({ id: "ChosenLevel" });
export type ChosenLevel = z.output<typeof ChosenLevel>;

export const FeedbackFile = z
  .object({ feedbackFileId: z.string(), file: FileReference, addedAt: z.int() })
  .meta({ id: "FeedbackFile" });
export type FeedbackFile = z.output<typeof FeedbackFile>;

export const Marking = z.enum(["single", "double_blind", "second_reads_first"]).meta({ id: "Marking" });
export type Marking = z.output<typeof Marking>;
export const MarkerPlace = z.enum(["first", "second"]).meta({ id: "MarkerPlace" });
export type MarkerPlace = z.output<typeof MarkerPlace>;

/** One of two markers' mark, before they agree. */
export const Mark = z
  .object({
    place: MarkerPlace,
    marker: PersonName,
    attempt: z.int(),
    points: z.number(),
    levels: z.array(ChosenLevel),
    feedback: z.string(),
    markedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "Mark" });
export type Mark = z.output<typeof Mark>;

export const GradeChangeKind = z
  .enum(["graded", "agreed", "rubric", "released", "hidden"])
  .meta({ id: "GradeChangeKind" });

export const GradeChange = z
  .object({
    kind: GradeChangeKind,
    studentId: z.string(),
    attempt: z.int(),
    pointsBefore: z.number().nullable(),
    points: z.number(),
    rawPoints: z.number(),
    latePercent: z.int(),
    levels: z.array(ChosenLevel),
    feedback: z.string(),
    reason: z.string(),
    changedBy: PersonName,
    changedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "GradeChange" });
export type GradeChange = z.output<typeof GradeChange>;

export const GradeRelease = z
  .object({
    releaseId: z.string(),
    kind: z.enum(["release", "hide"]).meta({ id: "GradeReleaseKind" }),
    total: z.int(),
    done: z.int(),
    isFinished: z.boolean(),
    madeBy: PersonName,
    madeAt: z.int().meta({ description: "Milliseconds UTC." }),
    undoUntil: z.int().meta({
      description: "Until when it can be taken back without a reason, milliseconds UTC.",
    }),
    isUndone: z.boolean(),
  })
  .meta({ id: "GradeRelease" });
export type GradeRelease = z.output<typeof GradeRelease>;

export const AppealOutcome = z.enum(["changed", "unchanged"]).meta({ id: "AppealOutcome" });
export const Appeal = z
  .object({
    appealId: z.string(),
    submissionId: z.string(),
    studentId: z.string(),
    studentName: z.string(),
    state: z.enum(["open", "answered"]).meta({ id: "AppealState" }),
    points: z.number().meta({ description: "The points that it is about." }),
    reason: z.string(),
    openedAt: z.int().meta({ description: "Milliseconds UTC." }),
    outcome: AppealOutcome.nullable(),
    answer: z.string(),
    answeredBy: PersonName.nullable(),
    answeredAt: z.int().nullable(),
    isReopened: z.boolean().meta({ description: "Whether the student may appeal once more." }),
    version: z.int(),
  })
  .meta({ id: "Appeal" });
export type Appeal = z.output<typeof Appeal>;

export const GradingSettings = z
  .object({
    assignmentId: z.string(),
    marking: Marking,
    firstMarkers: z.array(PersonName),
    secondMarkers: z.array(PersonName),
    appealDays: z.int().nullable(),
    hidesNames: z.boolean().meta({ description: "Whether graders see pseudonyms at present." }),
    namesShownAt: z.int().nullable(),
    namesShownBy: PersonName.nullable(),
    namesShownReason: z.string(),
    version: z.int(),
  })
  .meta({ id: "GradingSettings" });
export type GradingSettings = z.output<typeof GradingSettings>;

export const GradingComment = z
  .object({ commentId: z.string(), text: z.string() })
  .meta({ id: "GradingComment" });

export const reasonField = z
  .string()
  .trim()
  .max(reasonLengthMax)
  .meta({ description: "Why; it stays in the history." });
