/** Identity: the table of contents. */

import type { Slice } from "#kernel/slice.ts";
import { acceptInvitationWith } from "./accept-invitation.ts";
import { addPasskey } from "./add-passkey.ts";
import { addPerson } from "./add-person.ts";
import { answerPasswordReset } from "./answer-password-reset.ts";
import { applyImportJob } from "./apply-import-job.ts";
import { applyPeopleImport } from "./apply-people-import.ts";
import { beginPasskey } from "./begin-passkey.ts";
import { beginPasskeySignIn } from "./begin-passkey-sign-in.ts";
import { beginRequiredTotp } from "./begin-required-totp.ts";
import { beginTotp } from "./begin-totp.ts";
import { cancelPeopleImport } from "./cancel-people-import.ts";
import { changePassword } from "./change-password.ts";
import { completeSignInWith } from "./complete-sign-in.ts";
import { confirmEmail } from "./confirm-email.ts";
import { confirmTotp } from "./confirm-totp.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { createAccessToken } from "./create-access-token.ts";
import { createPasswordReset } from "./create-password-reset.ts";
import { endOtherSessions } from "./end-other-sessions.ts";
import { endPersonSessions } from "./end-person-sessions.ts";
import { endView } from "./end-view.ts";
import { erasePerson } from "./erase-person.ts";
import { countErasureJob, eraseEverywhereJob } from "./erasure-jobs.ts";
import { exportPerson } from "./export-person.ts";
import { facultyLoginWith } from "./faculty-login.ts";
import { forgetErasures } from "./forget-erasures.ts";
import { forgetImports } from "./forget-imports.ts";
import { forgetMails } from "./forget-mails.ts";
import { getErasure } from "./get-erasure.ts";
import { getInvitation } from "./get-invitation.ts";
import { getPasswordReset } from "./get-password-reset.ts";
import { getPeopleImport } from "./get-people-import.ts";
import { getPeopleImportReport } from "./get-people-import-report.ts";
import { getPerson } from "./get-person.ts";
import { getPersonExport } from "./get-person-export.ts";
import { getPersonMerge } from "./get-person-merge.ts";
import { getSchool } from "./get-school.ts";
import { getSignInMethodsWith } from "./get-sign-in-methods.ts";
import { issueImportInvitations } from "./issue-import-invitations.ts";
import { leaveNoTrace } from "./leave-no-trace.ts";
import { listAccessTokens } from "./list-access-tokens.ts";
import { listErasures } from "./list-erasures.ts";
import { listPeople } from "./list-people.ts";
import { listPeopleImportRows } from "./list-people-import-rows.ts";
import { listPeopleImports } from "./list-people-imports.ts";
import { listPersonMerges } from "./list-person-merges.ts";
import { listPersonSessions } from "./list-person-sessions.ts";
import { listSessions } from "./list-sessions.ts";
import { logout } from "./logout.ts";
import { mergePeople } from "./merge-people.ts";
import { mergePeopleJob } from "./merge-people-job.ts";
import { identity0001 } from "./migrations/0001-identity.ts";
import { timeZone } from "./migrations/0002-time-zone.ts";
import { mails } from "./migrations/0003-mails.ts";
import { people } from "./migrations/0004-people.ts";
import { peopleImports } from "./migrations/0005-people-imports.ts";
import { signInSecurity } from "./migrations/0006-sign-in-security.ts";
import { timeZonesOfPeople } from "./migrations/0006-time-zones-of-people.ts";
import { resetsKeepTokens } from "./migrations/0007-resets-keep-tokens.ts";
import { exportAndErasure } from "./migrations/0008-export-and-erasure.ts";
import { personMerges } from "./migrations/0009-person-merges.ts";
import { forgotten } from "./migrations/0010-forgotten.ts";
import { erasedAccounts } from "./migrations/0011-erased-accounts.ts";
import { erasureRemains } from "./migrations/0012-erasure-remains.ts";
import { noteLastUse } from "./note-last-use.ts";
import { identityPerson } from "./person-life.ts";
import { previewErasure } from "./preview-erasure.ts";
import { previewMerge } from "./preview-merge.ts";
import { readPeopleImport } from "./read-people-import.ts";
import { reissueInvitation } from "./reissue-invitation.ts";
import { removePasskeyWith } from "./remove-passkey.ts";
import { removeTotpWith } from "./remove-totp.ts";
import { renewRecoveryCodes } from "./renew-recovery-codes.ts";
import { renewSessionWith } from "./renew-session.ts";
import { requestPasswordReset } from "./request-password-reset.ts";
import { resetPassword } from "./reset-password.ts";
import { resetTwoStep } from "./reset-two-step.ts";
import { revokeAccessToken } from "./revoke-access-token.ts";
import { revokeSession } from "./revoke-session.ts";
import { rotateKeys } from "./rotate-keys.ts";
import { sendMail } from "./send-mail.ts";
import { setPersonActive } from "./set-person-active.ts";
import { setTimeZone } from "./set-time-zone.ts";
import { setUpSchool } from "./set-up-school.ts";
import { signInWith } from "./sign-in.ts";
import { studentLoginWith } from "./student-login.ts";
import { identityTables } from "./tables.ts";
import { identityThings } from "./things.ts";
import { updatePerson } from "./update-person.ts";
import { updateSchool } from "./update-school.ts";
import { uploadPeopleImport } from "./upload-people-import.ts";
import { viewAs } from "./view-as.ts";
import { whoAmIWith } from "./who-am-i.ts";

/** The slice, given what it must know of courses. */
export function identitySlice({ coursesTaughtBy }: { readonly coursesTaughtBy: CoursesTaughtBy }) {
  return {
    name: "identity",
    grpcService: "AuthService",
    summary: "The school and its people: who is who, signing in and out, invitations, programs.",
    operations: [
      getSchool,
      setUpSchool,
      updateSchool,
      signInWith(coursesTaughtBy),
      studentLoginWith(coursesTaughtBy),
      facultyLoginWith(coursesTaughtBy),
      logout,
      whoAmIWith(coursesTaughtBy),
      renewSessionWith(coursesTaughtBy),
      listSessions,
      revokeSession,
      endOtherSessions,
      changePassword,
      createAccessToken,
      listAccessTokens,
      revokeAccessToken,
      addPerson,
      reissueInvitation,
      getInvitation,
      acceptInvitationWith(coursesTaughtBy),
      listPeople,
      setPersonActive,
      previewMerge,
      mergePeople,
      getPersonMerge,
      listPersonMerges,
      getPerson,
      updatePerson,
      confirmEmail,
      listPersonSessions,
      endPersonSessions,
      uploadPeopleImport,
      getPeopleImport,
      listPeopleImports,
      listPeopleImportRows,
      applyPeopleImport,
      cancelPeopleImport,
      getPeopleImportReport,
      issueImportInvitations,
      requestPasswordReset,
      createPasswordReset,
      getPasswordReset,
      resetPassword,
      setTimeZone,
      rotateKeys,
      completeSignInWith(coursesTaughtBy),
      beginPasskeySignIn,
      beginRequiredTotp,
      getSignInMethodsWith(coursesTaughtBy),
      beginTotp,
      confirmTotp,
      removeTotpWith(coursesTaughtBy),
      renewRecoveryCodes,
      beginPasskey,
      addPasskey,
      removePasskeyWith(coursesTaughtBy),
      resetTwoStep,
      viewAs,
      endView,
      exportPerson,
      getPersonExport,
      previewErasure,
      erasePerson,
      getErasure,
      listErasures,
    ],
    migrations: [
      identity0001,
      timeZone,
      mails,
      people,
      peopleImports,
      timeZonesOfPeople,
      signInSecurity,
      resetsKeepTokens,
      exportAndErasure,
      personMerges,
      forgotten,
      erasedAccounts,
      erasureRemains,
    ],
    tables: identityTables,
    things: identityThings,
    jobs: [
      sendMail,
      answerPasswordReset,
      readPeopleImport,
      applyImportJob,
      countErasureJob,
      eraseEverywhereJob,
      mergePeopleJob,
    ],
    schedules: [forgetMails, forgetImports, noteLastUse, forgetErasures],
    nodeSchedules: [leaveNoTrace],
    person: identityPerson,
  } as const satisfies Slice;
}
