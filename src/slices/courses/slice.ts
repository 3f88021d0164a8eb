/** Table of contents of courses: what a school teaches, and who is in it. */
import type { Slice } from "#kernel/slice.ts";
import { addAnnouncementFile } from "./add-announcement-file.ts";
import { addGroups } from "./add-groups.ts";
import { applyRoster } from "./apply-roster.ts";
import { applyRosterJob } from "./apply-roster-job.ts";
import { archiveCourse } from "./archive-course.ts";
import { cancelRoster } from "./cancel-roster.ts";
import { copyCourse } from "./copy-course.ts";
import { countUnreadAnnouncements } from "./count-unread-announcements.ts";
import { coursesLife } from "./course-life.ts";
import { createCourse } from "./create-course.ts";
import { createCourseLink } from "./create-course-link.ts";
import { createGroupSet } from "./create-group-set.ts";
import { createModule } from "./create-module.ts";
import { createSection } from "./create-section.ts";
import { createTerm } from "./create-term.ts";
import { distributeGroupMembers } from "./distribute-group-members.ts";
import { dropUnsentFiles } from "./drop-unsent-files.ts";
import { emptyTrash } from "./empty-trash.ts";
import { endEnrolment } from "./end-enrolment.ts";
import { enrolPerson } from "./enrol-person.ts";
import { forgetRosters } from "./forget-rosters.ts";
import { getAnnouncement } from "./get-announcement.ts";
import { getAnnouncementFile } from "./get-announcement-file.ts";
import { getCourse } from "./get-course.ts";
import { getCourseCopy } from "./get-course-copy.ts";
import { getCourseStorage } from "./get-course-storage.ts";
import { getOutline } from "./get-outline.ts";
import { getRosterImport } from "./get-roster-import.ts";
import { getRosterReport } from "./get-roster-report.ts";
import { issueRosterInvitations } from "./issue-roster-invitations.ts";
import { joinByLink } from "./join-by-link.ts";
import { joinCourse } from "./join-course.ts";
import { leaveMyGroup } from "./leave-my-group.ts";
import { listAnnouncementReaders } from "./list-announcement-readers.ts";
import { listAnnouncements } from "./list-announcements.ts";
import { listCourseLinks } from "./list-course-links.ts";
import { listCourseStorage } from "./list-course-storage.ts";
import { listCourses } from "./list-courses.ts";
import { listEnrolments } from "./list-enrolments.ts";
import { listGroupSetUses } from "./list-group-set-uses.ts";
import { listGroupSets } from "./list-group-sets.ts";
import { listGroups } from "./list-groups.ts";
import { listPeopleWithoutGroup } from "./list-people-without-group.ts";
import { listRosterImports } from "./list-roster-imports.ts";
import { listRosterRows } from "./list-roster-rows.ts";
import { listTerms } from "./list-terms.ts";
import { listTrashedCourses } from "./list-trashed-courses.ts";
import { makeCopy } from "./make-copy.ts";
import { markAnnouncementsRead } from "./mark-announcements-read.ts";
import { courses } from "./migrations/0001-courses.ts";
import { announcements } from "./migrations/0002-announcements.ts";
import { outline } from "./migrations/0003-outline.ts";
import { groups } from "./migrations/0004-groups.ts";
import { life } from "./migrations/0005-life.ts";
import { storage } from "./migrations/0006-storage.ts";
import { announcementsInFull } from "./migrations/0007-announcements-in-full.ts";
import { waysIn } from "./migrations/0008-ways-in.ts";
import { moveModule } from "./move-module.ts";
import { moveSection } from "./move-section.ts";
import { openCourseLink } from "./open-course-link.ts";
import { coursesPerson } from "./person-life.ts";
import { postAnnouncement } from "./post-announcement.ts";
import { postScheduled } from "./post-scheduled.ts";
import { previewAsStudent } from "./preview-as-student.ts";
import { previewCourseCopy } from "./preview-course-copy.ts";
import { publishCourse } from "./publish-course.ts";
import { readRoster } from "./read-roster.ts";
import { removeAnnouncement } from "./remove-announcement.ts";
import { removeGroup } from "./remove-group.ts";
import { removeGroupSet } from "./remove-group-set.ts";
import { removeModule } from "./remove-module.ts";
import { removeSection } from "./remove-section.ts";
import { removeTerm } from "./remove-term.ts";
import { renameGroup } from "./rename-group.ts";
import { renewJoinCode } from "./renew-join-code.ts";
import { reopenCourse } from "./reopen-course.ts";
import { restoreCourse } from "./restore-course.ts";
import { restoreEnrolment } from "./restore-enrolment.ts";
import { restoreModule } from "./restore-module.ts";
import { revokeCourseLink } from "./revoke-course-link.ts";
import { setGroupOfPerson } from "./set-group-of-person.ts";
import { setJoinCode } from "./set-join-code.ts";
import { setStorageLimit } from "./set-storage-limit.ts";
import { showCourseLink } from "./show-course-link.ts";
import { signUpForGroup } from "./sign-up-for-group.ts";
import { coursesTables } from "./tables.ts";
import { coursesThings } from "./things.ts";
import { trashCourse } from "./trash-course.ts";
import { unpublishCourse } from "./unpublish-course.ts";
import { updateAnnouncement } from "./update-announcement.ts";
import { updateCourse } from "./update-course.ts";
import { updateGroupSet } from "./update-group-set.ts";
import { updateModule } from "./update-module.ts";
import { updateSection } from "./update-section.ts";
import { updateTerm } from "./update-term.ts";
import { uploadRoster } from "./upload-roster.ts";
import { viewAsStudent } from "./view-as-student.ts";

export const coursesSlice = {
  name: "courses",
  grpcService: "CoursesService",
  summary: "Courses, and who teaches, attends and observes them.",
  operations: [
    createCourse,
    updateCourse,
    listCourses,
    getCourse,
    joinCourse,
    renewJoinCode,
    enrolPerson,
    listEnrolments,
    endEnrolment,
    postAnnouncement,
    removeAnnouncement,
    listAnnouncements,
    getAnnouncement,
    updateAnnouncement,
    markAnnouncementsRead,
    countUnreadAnnouncements,
    listAnnouncementReaders,
    addAnnouncementFile,
    getAnnouncementFile,
    createSection,
    updateSection,
    moveSection,
    removeSection,
    createModule,
    updateModule,
    moveModule,
    removeModule,
    restoreModule,
    getOutline,
    createGroupSet,
    updateGroupSet,
    removeGroupSet,
    listGroupSets,
    addGroups,
    renameGroup,
    removeGroup,
    listGroups,
    listPeopleWithoutGroup,
    setGroupOfPerson,
    distributeGroupMembers,
    signUpForGroup,
    leaveMyGroup,
    publishCourse,
    unpublishCourse,
    archiveCourse,
    reopenCourse,
    trashCourse,
    restoreCourse,
    listTrashedCourses,
    previewCourseCopy,
    copyCourse,
    getCourseCopy,
    getCourseStorage,
    listCourseStorage,
    setStorageLimit,
    listTerms,
    createTerm,
    updateTerm,
    removeTerm,
    viewAsStudent,
    previewAsStudent,
    restoreEnrolment,
    setJoinCode,
    createCourseLink,
    showCourseLink,
    listCourseLinks,
    revokeCourseLink,
    openCourseLink,
    joinByLink,
    uploadRoster,
    getRosterImport,
    listRosterImports,
    listRosterRows,
    applyRoster,
    cancelRoster,
    getRosterReport,
    issueRosterInvitations,
    listGroupSetUses,
  ],
  migrations: [courses, announcements, outline, groups, life, storage, announcementsInFull, waysIn],
  tables: coursesTables,
  things: coursesThings,
  jobs: [makeCopy, readRoster, applyRosterJob],
  schedules: [emptyTrash, postScheduled, dropUnsentFiles, forgetRosters],
  course: coursesLife,
  person: coursesPerson,
} as const satisfies Slice;
