/** What an assignment asks for, between the wire and its row. */
import { type Problem, Refusal } from "#kernel/errors.ts";
import type { FileKindName } from "#kernel/file-kinds.ts";
import { cleanLine } from "#slices/courses/api.ts";
import { requireConsistentDates } from "./dates.ts";
import { fromHundredths, toHundredths } from "./points.ts";
import type { SettingsInput } from "./schema.ts";
import type { AssignmentsTable } from "./tables.ts";

/** Past every date that a due date can name, so that what is never due comes last. */
const neverDueKey = Number.MAX_SAFE_INTEGER;

/** Where a due date stands in the order of lists. */
export function dueKey(dueAt: number | null): number {
  return dueAt ?? neverDueKey;
}

/** The columns that settings fill. */
export type SettingsColumns = Omit<
  AssignmentsTable,
  "id" | "course_id" | "published" | "version" | "created_by" | "created_at" | "updated_by" | "updated_at"
>;

/** The settings as columns; refuses those that contradict each other. */
export function columnsOf(settings: SettingsInput): SettingsColumns {
  requireConsistentDates(settings);
  requireSensible(settings);
  const isPerDay = settings.latePolicy === "per_day";
  return {
    title: cleanLine(settings.title),
    instructions: settings.instructions,
    points_max_hundredths: toHundredths(settings.pointsMax),
    available_from: settings.availableFrom,
    due_at: settings.dueAt,
    due_key: dueKey(settings.dueAt),
    until_at: settings.untilAt,
    late_policy: settings.latePolicy,
    late_percent: settings.latePolicy === "none" ? 0 : settings.latePercent,
    late_floor_percent: isPerDay ? settings.lateFloorPercent : 0,
    accepted_kinds: JSON.stringify([...new Set(settings.acceptedKinds)]),
    accepted_endings: JSON.stringify([...new Set(settings.acceptedEndings)]),
    file_bytes_max: settings.fileBytesMax,
    files_max: settings.filesMax,
    accepts_text: settings.acceptsText ? 1 : 0,
    attempts_max: settings.attemptsMax,
    resubmission: settings.resubmission,
    withdrawal: settings.withdrawal,
    group_set_id: settings.groupSetId,
    anonymous: settings.isAnonymous ? 1 : 0,
  };
}

/** The settings as the wire names them. */
export function settingsOf(row: AssignmentsTable) {
  return {
    title: row.title,
    instructions: row.instructions,
    pointsMax: fromHundredths(row.points_max_hundredths),
    availableFrom: row.available_from,
    dueAt: row.due_at,
    untilAt: row.until_at,
    latePolicy: row.late_policy,
    latePercent: row.late_percent,
    lateFloorPercent: row.late_floor_percent,
    acceptedKinds: JSON.parse(row.accepted_kinds) as FileKindName[],
    acceptedEndings: JSON.parse(row.accepted_endings) as string[],
    fileBytesMax: row.file_bytes_max,
    filesMax: row.files_max,
    acceptsText: row.accepts_text === 1,
    attemptsMax: row.attempts_max,
    resubmission: row.resubmission,
    withdrawal: row.withdrawal,
    groupSetId: row.group_set_id,
    isAnonymous: row.anonymous === 1,
  } satisfies SettingsInput;
}

/** The settings with the changes that were given. */
export function withChanges(
  settings: SettingsInput,
  changes: { readonly [Field in keyof SettingsInput]?: SettingsInput[Field] | undefined },
): SettingsInput {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(given) };
}

function requireSensible(settings: SettingsInput): void {
  const problems: Problem[] = [];
  if (settings.filesMax === 0 && !settings.acceptsText)
    problems.push({
      field: "filesMax",
      message: "Students could hand in nothing: allow a file, a text, or both.",
    });
  if (settings.latePolicy !== "none" && settings.latePercent === 0)
    problems.push({
      field: "latePercent",
      message: "Say how many percent lateness costs, 1 to 100, or choose that it costs nothing.",
    });
  if (settings.latePolicy !== "none" && settings.dueAt === null)
    problems.push({ field: "dueAt", message: "Nothing is ever late without a due date: set one." });
  if (settings.withdrawal === "until_due" && settings.dueAt === null)
    problems.push({
      field: "withdrawal",
      message: "There is no due date until which work could be withdrawn: set one, or choose another rule.",
    });
  if (problems.length > 0)
    throw new Refusal("invalid_input", problems.map(({ message }) => message).join(" "), { problems });
}
