/** Identity in the life of a person: all that lets them in and says who they are goes with them. */
import { personLifeFor } from "#kernel/person-life.ts";
import { eraseImportRow } from "./erase-import-row.ts";
import type { IdentityTables } from "./tables.ts";

const secret = { never: "a secret, of no use to anybody but this school" } as const;

export const identityPerson = personLifeFor<IdentityTables>()({
  tables: {
    school: "nobody",
    person_roles: { key: ["person_id", "role"], theirs: ["person_id"], shown: "Roles in the school" },
    sessions: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["view_person_id"],
      shown: "Sessions",
    },
    access_tokens: { key: ["id"], theirs: ["person_id"], shown: "Access tokens" },
    invitations: { key: ["id"], theirs: ["person_id"], shown: "Invitations" },
    mails: {
      key: ["id"],
      theirs: ["person_id"],
      shown: "Mails",
      leaveOut: ["mail_key", "about_id"],
    },
    password_resets: { key: ["id"], theirs: ["person_id"], authored: ["made_by"], shown: "New passwords" },
    password_reset_requests: "nobody",
    email_changes: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["asked_by"],
      shown: "Changes of address",
    },
    people_imports: { key: ["id"], authored: ["made_by", "applied_by"] },
    people_import_rows: {
      key: ["import_id", "position"],
      theirs: ["person_id"],
      shown: { never: "the account and what the last import said are the same" },
      erase: eraseImportRow,
    },
    people_roster: { key: ["person_id"], theirs: ["person_id"], shown: "What the last import said" },
    person_time_zones: { key: ["person_id"], theirs: ["person_id"], shown: "Time zone" },
    totp_enrolments: {
      key: ["id"],
      theirs: ["person_id"],
      shown: "Apps for codes",
      leaveOut: ["last_step"],
    },
    recovery_codes: { key: ["set_id", "position"], theirs: ["person_id"], shown: secret },
    passkeys: {
      key: ["id"],
      theirs: ["person_id"],
      shown: "Passkeys",
      leaveOut: ["credential_id", "public_key", "counter"],
    },
    sign_in_challenges: { key: ["id"], theirs: ["person_id"], shown: secret },
    person_exports: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["asked_by"],
      shown: "Exports of these data",
    },
    // Its own row says of whom it is until it is done, so it is not gone through like the others.
    person_erasures: { key: ["id"], authored: ["asked_by"] },
    people: {
      key: ["id"],
      theirs: ["id"],
      shown: "The account",
      leaveOut: ["name_key", "search_key", "password_hash", "password_version", "demo"],
    },
  },
});
