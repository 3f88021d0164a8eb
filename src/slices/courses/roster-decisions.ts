/**
 * What an import does with one member of a course: a pure comparison of three states. The file says what should be; the
 * course says what is; the roster says what the last import brought. What somebody changed by hand since then is kept,
 * unless the file has changed too.
 */
import type { TableRow } from "#kernel/csv-table.ts";
import {
  cleanName,
  emailField,
  foldEmail,
  nameField,
  nameInCells,
  personColumns,
} from "#slices/identity/api.ts";
import { groupNameLengthMax } from "./group-schema.ts";
import { cleanLine, foldKey } from "./keys.ts";
import type { RosterOutcome } from "./roster-schema.ts";
import type { CourseRole } from "./schema.ts";

/** Titles of columns. A section of a class is a group here. */
export const rosterColumns = {
  ...personColumns,
  role: ["role", "roles", "courserole", "rolle", "enrollmentrole", "enrolmentrole"],
  group: ["group", "groupname", "section", "sections", "class", "gruppe", "groupe", "klasse"],
} as const;
export type RosterColumn = keyof typeof rosterColumns;

/** A line that can be used. */
export interface Wanted {
  readonly email: string;
  /** Null where the file has none; only somebody new to the school needs one. */
  readonly name: string | null;
  /** Null where the file does not say. */
  readonly role: CourseRole | null;
  readonly group: string | null;
}

/** What the course knows of the person. */
export interface Present {
  /** Whether their account is open. */
  readonly hasAccount: boolean;
  /** Null for somebody who never was in the course. */
  readonly enrolment: { readonly role: CourseRole; readonly ended: boolean } | null;
  /** Their group of the set that the import is about. */
  readonly group: string | null;
}

/** What the last import that named this person said. */
export interface Base {
  readonly role: CourseRole;
  readonly group: string | null;
  /** Whether an import took them out, because its file did not name them. */
  readonly removed: boolean;
}

export interface Decision {
  readonly outcome: RosterOutcome;
  readonly role: CourseRole | null;
  readonly group: string | null;
  /** What changes, or why not, as a sentence. */
  readonly reason: string | null;
}

const roleNames: Readonly<Record<string, CourseRole>> = {
  student: "student",
  learner: "student",
  pupil: "student",
  participant: "student",
  instructor: "instructor",
  teacher: "instructor",
  lecturer: "instructor",
  editingteacher: "instructor",
  teachingassistant: "teaching_assistant",
  assistant: "teaching_assistant",
  ta: "teaching_assistant",
  tutor: "teaching_assistant",
  observer: "observer",
  guest: "observer",
  auditor: "observer",
};

/** The line's meaning, or what is wrong with it; whom it names all the same is not missing from the file. */
export function readRosterRow({
  cells,
  problem,
}: TableRow<RosterColumn>):
  | { readonly wanted: Wanted }
  | { readonly problem: string; readonly email: string | null } {
  const email = emailField.safeParse(cells.email);
  const wrong = (words: string) => ({
    problem: words,
    email: email.success ? foldEmail(email.data) : null,
  });
  if (problem !== null) return wrong(problem);
  if (!email.success)
    return wrong(
      cells.email === ""
        ? "There is no e-mail address."
        : `"${cells.email.slice(0, 100)}" is no e-mail address.`,
    );
  const written = nameInCells(cells);
  const name = written === "" ? null : nameField.safeParse(written);
  if (name !== null && !name.success) return wrong("The name is too long, or has control characters in it.");
  const role = cells.role === "" ? null : roleNames[cells.role.toLowerCase().replaceAll(/[\s_-]/g, "")];
  if (role === undefined)
    return wrong(
      `"${cells.role.slice(0, 50)}" is no role. There are student, teaching assistant, instructor and observer.`,
    );
  const group = cleanLine(cells.group);
  if (group.length > groupNameLengthMax)
    return wrong(`The name of a group has up to ${groupNameLengthMax} characters.`);
  return {
    wanted: {
      ...{ email: foldEmail(email.data), name: name === null ? null : cleanName(name.data), role },
      group: group === "" ? null : group,
    },
  };
}

/** `present` is null for somebody whom the school does not know. */
export function decideMember(wanted: Wanted, present: Present | null, base: Base | null): Decision {
  const { role, group } = wanted;
  if (present === null)
    return {
      ...{ outcome: "unknown", role: role ?? "student", group: groupOf(role ?? "student", group) },
      reason:
        wanted.name === null
          ? "Nobody in the school has this address, and the file has no name to invite them by."
          : "Nobody in the school has this address.",
    };
  const { enrolment } = present;
  const as = (outcome: RosterOutcome, reason: string): Decision => ({
    ...{ outcome, role: enrolment?.role ?? null, group: present.group, reason },
  });
  if (!present.hasAccount) return as("invalid", "The account of this person is shut. Ask an admin.");
  if (enrolment === null || enrolment.ended) {
    if (enrolment !== null && base !== null && !base.removed)
      return as("kept", "Was taken out of the course by hand. An import does not bring them back.");
    const added = role ?? enrolment?.role ?? "student";
    const reason = enrolment === null ? null : "Was in the course before.";
    return { outcome: "add", role: added, group: groupOf(added, group), reason };
  }
  return decideEnrolled(wanted, { role: enrolment.role, group: present.group }, base);
}

function decideEnrolled(
  wanted: Wanted,
  here: { readonly role: CourseRole; readonly group: string | null },
  base: Base | null,
): Decision {
  const role = settle(wanted.role ?? here.role, here.role, base?.role ?? null);
  const demotes = role.takes && here.role === "instructor";
  const finalRole = role.takes && !demotes ? (wanted.role ?? here.role) : here.role;
  const wantedGroup = groupOf(finalRole, wanted.group);
  const group =
    wantedGroup === null
      ? { takes: false, isKept: false }
      : settle(foldKey(wantedGroup), keyOf(here.group), base === null ? null : keyOf(base.group));
  const changes = [
    ...(finalRole === here.role ? [] : [`role: ${words(here.role)} → ${words(finalRole)}`]),
    ...(group.takes ? [`group: ${here.group ?? "none"} → ${wantedGroup}`] : []),
  ];
  const settled = { role: finalRole, group: group.takes ? wantedGroup : here.group };
  if (changes.length > 0) return { outcome: "change", ...settled, reason: changes.join("; ") };
  if (demotes)
    return { outcome: "kept", ...settled, reason: "An import takes nobody's role of instructor away." };
  if (role.isKept || group.isKept)
    return {
      ...{ outcome: "kept", ...settled },
      reason: "Changed here since the last import; the file still says what it said then.",
    };
  return { outcome: "same", ...settled, reason: null };
}

/** Only students are in groups. */
function groupOf(role: CourseRole, group: string | null): string | null {
  return role === "student" ? group : null;
}

function keyOf(group: string | null): string {
  return group === null ? "" : foldKey(group);
}

function words(role: CourseRole): string {
  return role.replaceAll("_", " ");
}

/** Whether the file's value is taken, and whether one is kept that was made here. */
function settle(file: string, here: string, base: string | null): { takes: boolean; isKept: boolean } {
  if (file === here) return { takes: false, isKept: false };
  return file === base ? { takes: false, isKept: true } : { takes: true, isKept: false };
}
