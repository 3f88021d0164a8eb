/** Identity in the life of a person: all that lets them in and says who they are goes with them. */
import { personLifeFor } from "#kernel/person-life.ts";
import { eraseImportRow } from "./erase-import-row.ts";
import { mergeInIdentity } from "./merge-person.ts";
import type { IdentityTables } from "./tables.ts";

const secret = { never: "a secret, of no use to anybody but this school" } as const;

export const identityPerson = personLifeFor<IdentityTables>()({
  merge: mergeInIdentity,
  tables: {
    person_merges: {
      key: ["id"],
      theirs: ["into_id"],
      authored: ["asked_by"],
      shown: "Merged accounts",
      leaveOut: ["shares", "slices_done", "slices_total"],
    },
    school: "nobody",
    person_roles: { key: ["person_id", "role"], theirs: ["person_id"], shown: "Roles in the school" },
    sessions: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["view_person_id"],
      shown: "Sessions",
      whenMerged: "ended",
    },
    access_tokens: { key: ["id"], theirs: ["person_id"], shown: "Access tokens", whenMerged: "ended" },
    invitations: { key: ["id"], theirs: ["person_id"], shown: "Invitations", whenMerged: "ended" },
    mails: {
      key: ["id"],
      theirs: ["person_id"],
      named: ["address"],
      shown: "Mails",
      leaveOut: ["mail_key", "about_id"],
      whenMerged: "ended",
    },
    password_resets: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["made_by"],
      shown: "New passwords",
      whenMerged: "ended",
    },
    password_reset_requests: { key: ["id"], named: ["email"] },
    email_changes: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["asked_by"],
      named: ["email"],
      shown: "Changes of address",
      whenMerged: "ended",
    },
    people_imports: { key: ["id"], authored: ["made_by", "applied_by"] },
    people_import_rows: {
      key: ["import_id", "position"],
      theirs: ["person_id"],
      shown: { never: "the account and what the last import said are the same" },
      named: ["name", "email", "said_name"],
      erase: eraseImportRow,
    },
    people_roster: { key: ["person_id"], theirs: ["person_id"], shown: "What the last import said" },
    person_time_zones: { key: ["person_id"], theirs: ["person_id"], shown: "Time zone" },
    totp_enrolments: {
      key: ["id"],
      theirs: ["person_id"],
      shown: "Apps for codes",
      leaveOut: ["last_step"],
      whenMerged: "ended",
    },
    recovery_codes: {
      key: ["set_id", "position"],
      theirs: ["person_id"],
      shown: secret,
      whenMerged: "ended",
    },
    passkeys: {
      key: ["id"],
      theirs: ["person_id"],
      shown: "Passkeys",
      leaveOut: ["credential_id", "public_key", "counter"],
      whenMerged: "ended",
    },
    sign_in_challenges: { key: ["id"], theirs: ["person_id"], shown: secret, whenMerged: "ended" },
    person_exports: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["asked_by"],
      shown: "Exports of these data",
      whenMerged: "ended",
    },
    // Its own row says of whom it is until it is done, so it is not gone through like the others.
    person_erasures: { key: ["id"], authored: ["asked_by"] },
    people: {
      key: ["id"],
      // Accounts that were merged into theirs are theirs, too.
      theirs: ["id", "merged_into"],
      shown: "The account",
      whenMerged: "stays",
      leaveOut: ["name_key", "search_key", "password_hash", "password_version", "demo"],
    },
  },
});
