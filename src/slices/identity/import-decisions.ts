/**
 * What an import does with one person: a pure comparison of three states. The file says what should be; the school says
 * what is; the roster says what the last import brought. What somebody changed by hand since then is kept, unless the
 * file has changed too.
 */
import type { SchoolRole } from "#kernel/actor.ts";
import { schoolRoles } from "#kernel/actor.ts";
import type { FileRow } from "./import-file.ts";
import { cleanName, foldEmail } from "./names.ts";
import { emailField, nameField } from "./schema.ts";

export const importOutcomes = ["add", "change", "same", "kept", "deactivate", "invalid"] as const;
export type ImportOutcome = (typeof importOutcomes)[number];

/** A line that can be used. */
export interface Wanted {
  readonly name: string;
  readonly email: string;
  /** Sorted as `schoolRoles`; null where the file does not say. */
  readonly roles: readonly SchoolRole[] | null;
}

/** The person whom the school has under this address. */
export interface Present {
  readonly name: string;
  readonly roles: readonly SchoolRole[];
  readonly active: boolean;
}

/** What the last import that named this person said. */
export interface Base {
  readonly name: string;
  readonly roles: readonly SchoolRole[];
  /** Whether an import shut the account, because its file did not name the person. */
  readonly deactivated: boolean;
}

export interface Decision {
  readonly outcome: ImportOutcome;
  readonly name: string;
  readonly roles: readonly SchoolRole[];
  /** What changes, or why not, as a sentence. */
  readonly reason: string | null;
}

const roleNames: Readonly<Record<string, SchoolRole>> = {
  student: "student",
  learner: "student",
  pupil: "student",
  instructor: "instructor",
  teacher: "instructor",
  faculty: "instructor",
  admin: "admin",
  administrator: "admin",
};

/** The line's meaning, or what is wrong with it. */
export function readRow(row: FileRow): { readonly wanted: Wanted } | { readonly problem: string } {
  if (row.problem !== null) return { problem: row.problem };
  const email = emailField.safeParse(row.email);
  if (!email.success)
    return {
      problem:
        row.email === ""
          ? "There is no e-mail address."
          : `"${row.email.slice(0, 100)}" is no e-mail address.`,
    };
  if (row.name === "") return { problem: "There is no name." };
  const name = nameField.safeParse(row.name);
  if (!name.success) return { problem: "The name is too long, or has control characters in it." };
  const wishes = row.roles
    .toLowerCase()
    .split(/[\s,;|/+]+/)
    .filter(Boolean);
  const unknown = wishes.find((wish) => roleNames[wish] === undefined);
  if (unknown !== undefined)
    return { problem: `"${unknown.slice(0, 50)}" is no role. There are student, instructor and admin.` };
  const roles = wishes.length === 0 ? null : sorted(wishes.map((wish) => roleNames[wish] ?? "student"));
  return { wanted: { name: cleanName(name.data), email: foldEmail(email.data), roles } };
}

export function decide(wanted: Wanted, present: Present | null, base: Base | null): Decision {
  if (present === null)
    return { outcome: "add", name: wanted.name, roles: wanted.roles ?? ["student"], reason: null };
  const kept = (reason: string): Decision => ({
    ...{ outcome: "kept", name: present.name, roles: present.roles, reason },
  });
  if (!present.active && base?.deactivated !== true)
    return kept("The account was shut by hand. An import does not open it again.");

  const name = settle(wanted.name, present.name, base?.name ?? null);
  const wishedRoles = wanted.roles ?? present.roles;
  const key = (roles: readonly SchoolRole[]) => roles.join(" ");
  const roles = settle(
    key(wishedRoles),
    key(sorted(present.roles)),
    base === null ? null : key(sorted(base.roles)),
  );
  const takesAdmin = present.roles.includes("admin") && !wishedRoles.includes("admin") && roles.takes;
  const finalRoles = takesAdmin || !roles.takes ? present.roles : wishedRoles;

  const changes = [
    ...(present.active ? [] : ["opened again"]),
    ...(name.takes ? [`name: ${present.name} → ${wanted.name}`] : []),
    ...(roles.takes && !takesAdmin ? [`roles: ${key(present.roles)} → ${key(wishedRoles)}`] : []),
  ];
  if (changes.length > 0)
    return {
      outcome: "change",
      name: name.takes ? wanted.name : present.name,
      roles: finalRoles,
      reason: changes.join("; "),
    };
  if (takesAdmin) return kept("An import takes nobody's role of admin away.");
  if (name.isKept || roles.isKept)
    return kept("Changed here since the last import; the file still says what it said then.");
  return { outcome: "same", name: present.name, roles: present.roles, reason: null };
}

/** Whether the file's value is taken, and whether one is kept that was made here. */
function settle(file: string, here: string, base: string | null): { takes: boolean; isKept: boolean } {
  if (file === here) return { takes: false, isKept: false };
  return file === base ? { takes: false, isKept: true } : { takes: true, isKept: false };
}

function sorted(roles: readonly SchoolRole[]): SchoolRole[] {
  return schoolRoles.filter((role) => roles.includes(role));
}
