/** The rows that identity owns: who is who, what they may do, and what they are signed in with. */
import type { SchoolRole, SessionScope } from "#kernel/actor.ts";
import { jobFor } from "#kernel/job.ts";
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import { scheduleFor } from "#kernel/slice-schedule.ts";
import type { ErasureState } from "./erasures.ts";
import type { ImportOutcome } from "./import-decisions.ts";
import type { ImportState } from "./imports.ts";

export interface SchoolTable {
  /** Always `school`: one installation is one school. */
  id: string;
  name: string;
  instructors_create_courses: number;
  demo: number;
  /** What courses go by unless they say otherwise; the name of a zone in the IANA's database. */
  time_zone: string;
  set_up_at: number;
  version: number;
  /** Who may not sign in without a second step. */
  two_step_required_for: "nobody" | "admins" | "teachers";
}

export interface PeopleTable {
  id: string;
  name: string;
  /** What names are sorted by, the same on every engine (`names.ts`). */
  name_key: string;
  /** Name and e-mail, folded, for searching. */
  search_key: string;
  /** Folded; unique. */
  email: string;
  active: number;
  /** A PHC string; null until the invitation is accepted. */
  password_hash: string | null;
  /** Grows with every change of the password, so that a check made before a transaction can be trusted inside it. */
  password_version: number;
  demo: number;
  added_at: number;
  version: number;
  /** The account of the same person that this one was merged into; it is shut, and stays so. */
  merged_into: string | null;
}

export interface PersonRolesTable {
  person_id: string;
  role: SchoolRole;
}

export interface SessionsTable {
  id: string;
  person_id: string;
  scope: SessionScope;
  opened_at: number;
  renewed_at: number;
  /** When the newest token ends; a renewal moves it. */
  expires_at: number;
  /** When no renewal helps any more. */
  ends_at: number;
  revoked_at: number | null;
  /** The network that it was opened from (`guessing.ts`). */
  place: string;
  /** What the client called itself. */
  device: string;
  signed_in_by: SignedInBy;
  /** 1 when the account had not been seen on this device before. */
  is_new_device: number;
  /** When it was last used, to within ten minutes; null until it is first noted (`note-last-use.ts`). */
  seen_at: number | null;
  /** Whom its owner looks at the school as, until when, and in which course only; null otherwise. */
  view_person_id: string | null;
  view_course_id: string | null;
  view_until: number | null;
}

/** By what somebody proved who they are. */
export type SignedInBy = "password" | "totp" | "recovery_code" | "passkey" | "invitation";

/** An app that shows codes. The secret follows from the id and the master key, so it is nowhere in the store. */
export interface TotpEnrolmentsTable {
  id: string;
  person_id: string;
  made_at: number;
  /** Null until the first right code. */
  confirmed_at: number | null;
  /** The step of the last code taken: it and older ones are refused. */
  last_step: number;
}

/** The ten codes of a set, each for one time. */
export interface RecoveryCodesTable {
  set_id: string;
  position: number;
  person_id: string;
  /** Keyed under the master key, like the input of a receipt. */
  code_hash: string;
  used_at: number | null;
}

export interface PasskeysTable {
  id: string;
  person_id: string;
  /** As the authenticator chose it, in base64url. */
  credential_id: string;
  /** COSE, in base64url. */
  public_key: string;
  /** How often it has signed; those that do not count stay at 0. */
  counter: number;
  /** JSON: how the browser reaches it. */
  transports: string;
  name: string;
  /** 1 when its maker keeps copies on the person's other devices. */
  synced: number;
  made_at: number;
  used_at: number | null;
}

/** What somebody who is signing in, or adding a passkey, has been asked; goes with the answer or with its time. */
export interface SignInChallengesTable {
  id: string;
  purpose: "second_step" | "passkey_sign_in" | "add_passkey";
  person_id: string | null;
  scope: SessionScope | null;
  password_version: number | null;
  /** The enrolment to confirm, where a second step is required and there is none yet. */
  enrolment_id: string | null;
  /** What a passkey has to sign, in base64url. */
  nonce: string;
  /** The known device that it began on. */
  device_id: string | null;
  expires_at: number;
}

export interface AccessTokensTable {
  id: string;
  person_id: string;
  name: string;
  scope: SessionScope;
  last_four: string;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
  /** As in sessions. */
  seen_at: number | null;
}

export interface InvitationsTable {
  id: string;
  person_id: string;
  made_at: number;
  expires_at: number;
  used_at: number | null;
}

/** `message`: the words are in the row, from whoever put it there. The others are worded, and sealed, as they are sent. */
export type MailKind =
  | "message"
  | "invitation"
  | "password_reset"
  | "password_changed"
  | "confirm_address"
  | "address_changed";

/** A mail to a person; once it was sent, only that it was. */
export interface MailsTable {
  id: string;
  /** Unique: the same mail asked for twice is sent once. */
  mail_key: string;
  person_id: string;
  kind: MailKind;
  /** Where it goes, if not to the person's address. */
  address: string | null;
  /** The invitation, reset or change of address that it is about. */
  about_id: string | null;
  subject: string | null;
  body: string | null;
  made_at: number;
  sent_at: number | null;
  /** When it was given up, and why. */
  failed_at: number | null;
  reason: string | null;
}

export interface PasswordResetsTable {
  id: string;
  person_id: string;
  /** The admin who made it; null for one that was asked for by mail. */
  made_by: string | null;
  made_at: number;
  expires_at: number;
  used_at: number | null;
  /** 1 where the admin who made it wanted the person's programs to go on. */
  keeps_access_tokens: number;
}

/** Addresses that asked for a new password, until a job has looked them up. */
export interface PasswordResetRequestsTable {
  id: string;
  email: string;
  made_at: number;
}

/** A new address that waits to be confirmed; one for each person. */
export interface EmailChangesTable {
  id: string;
  person_id: string;
  email: string;
  asked_by: string;
  made_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface PeopleImportsTable {
  id: string;
  file_name: string;
  sha256: string;
  state: ImportState;
  problem: string | null;
  /** A JSON list of titles. */
  ignored_columns: string;
  deactivate_missing: number;
  by_mail: number;
  rows_read: number;
  /** The position of the next line to apply. */
  rows_applied: number;
  adds: number;
  changes: number;
  same: number;
  kept: number;
  deactivations: number;
  invalid: number;
  skipped: number;
  /** How many people were active when the preview was made. */
  active_people: number;
  made_by: string;
  made_at: number;
  applied_by: string | null;
  ended_at: number | null;
}

/** What comes of one line, or of somebody who is not in the file. */
export interface PeopleImportRowsTable {
  import_id: string;
  position: number;
  line: number | null;
  outcome: ImportOutcome;
  person_id: string | null;
  /** The person's version when the preview was made. */
  person_version: number | null;
  /** As they are to be; for invalid lines, as the file says. */
  name: string;
  email: string;
  roles: string;
  /** As the file says, for the next import to compare with. */
  said_name: string;
  said_roles: string;
  reason: string | null;
  skipped: string | null;
}

/** What the last import that named a person said of them: the third side of the next comparison. */
export interface PeopleRosterTable {
  person_id: string;
  import_id: string;
  name: string;
  roles: string;
  /** 1 where an import shut the account, because its file did not name the person. */
  deactivated: number;
}

/** The time zone of somebody who has said which. */
export interface PersonTimeZonesTable {
  person_id: string;
  time_zone: string;
}

/** Leave to fetch the data of a person as an archive, for a short time. */
export interface PersonExportsTable {
  id: string;
  person_id: string;
  asked_by: string;
  asked_at: number;
  expires_at: number;
}

/** The erasure of a person: counted, confirmed, done. Once it is done the row no longer says of whom. */
export interface PersonErasuresTable {
  id: string;
  /** Null once it is done; so are name and address, which say whom it is about until then. */
  person_id: string | null;
  name: string | null;
  email: string | null;
  /** JSON (`KnownAs`): their accounts, and what else they are known by; null before it began, and once it is forgotten. */
  known_as: string | null;
  state: ErasureState;
  /** JSON: for each slice what would become of its share, then what has. */
  shares: string;
  /** Why it could not be finished. */
  reason: string | null;
  asked_by: string;
  asked_at: number;
  confirmed_at: number | null;
  ended_at: number | null;
  /** JSON: where something of the person still stands, and until when; empty until it is done. */
  remains: string;
  /** When name and address went from this row: with that, everything had gone. */
  forgotten_at: number | null;
}

/** A merge of two accounts of one person, which is never undone. */
export interface PersonMergesTable {
  id: string;
  from_id: string;
  from_name: string;
  into_id: string;
  state: "running" | "done";
  slices_done: number;
  slices_total: number;
  /** JSON: what came over, by slice. */
  shares: string;
  asked_by: string;
  asked_at: number;
  ended_at: number | null;
}

export interface IdentityTables {
  person_merges: PersonMergesTable;
  school: SchoolTable;
  people: PeopleTable;
  person_roles: PersonRolesTable;
  sessions: SessionsTable;
  access_tokens: AccessTokensTable;
  invitations: InvitationsTable;
  mails: MailsTable;
  password_resets: PasswordResetsTable;
  password_reset_requests: PasswordResetRequestsTable;
  email_changes: EmailChangesTable;
  people_imports: PeopleImportsTable;
  people_import_rows: PeopleImportRowsTable;
  people_roster: PeopleRosterTable;
  person_time_zones: PersonTimeZonesTable;
  person_exports: PersonExportsTable;
  person_erasures: PersonErasuresTable;
  totp_enrolments: TotpEnrolmentsTable;
  recovery_codes: RecoveryCodesTable;
  passkeys: PasskeysTable;
  sign_in_challenges: SignInChallengesTable;
}

/** Every table, with the columns that hold personal data. */
export const identityTables: Readonly<Record<keyof IdentityTables, TableFacts>> = {
  school: { personal: [] },
  people: { personal: ["name", "name_key", "search_key", "email", "password_hash"] },
  person_roles: { personal: [] },
  person_merges: { personal: ["from_name"] },
  sessions: { personal: ["place", "device"] },
  access_tokens: { personal: ["name"] },
  invitations: { personal: [] },
  mails: { personal: ["address", "subject", "body", "reason"] },
  password_resets: { personal: [] },
  password_reset_requests: { personal: ["email"] },
  email_changes: { personal: ["email"] },
  people_imports: { personal: ["file_name"] },
  people_import_rows: { personal: ["name", "email", "said_name", "reason"] },
  people_roster: { personal: ["name"] },
  person_time_zones: { personal: ["person_id", "time_zone"] },
  person_exports: { personal: ["person_id", "asked_by"] },
  person_erasures: { personal: ["person_id", "name", "email", "known_as", "asked_by"] },
  totp_enrolments: { personal: [] },
  recovery_codes: { personal: ["code_hash"] },
  passkeys: { personal: ["credential_id", "public_key", "name"] },
  sign_in_challenges: { personal: [] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<IdentityTables>();
/** Declares a job over these tables. */
export const job = jobFor<IdentityTables>();
/** Declares work by the clock over these tables. */
export const schedule = scheduleFor<IdentityTables>();
